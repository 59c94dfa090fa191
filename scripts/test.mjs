// `npm test`: installs what is missing, runs everything, and closes with one line that adds up all runners.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureDependencies, projectRoot } from './dependencies.mjs';
import { runStep } from './run-step.mjs';

ensureDependencies();
ensureBrowser();

const reports = join(projectRoot, 'test-results', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const total = { passed: 0, failed: 0 };

/** @param {string} name @param {readonly string[]} args @param {{ env?: Record<string, string>, mostMinutes: number }} options */
function step(name, args, options) {
  console.log(`\n── ${name}`);
  return runStep(args, options);
}

/** A step that passes or fails as a whole. @param {string} name @param {readonly string[]} args */
async function checkStep(name, args) {
  const passed = await step(name, args, { mostMinutes: 3 });
  total[passed ? 'passed' : 'failed'] += 1;
}

/**
 * A runner that counts its own tests. One that fails without counting a failure (it did not start, a hook broke)
 * counts as one failure.
 * @param {string} name @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, mostMinutes: number }} options
 * @param {() => { passed: number, failed: number }} readCounts
 */
async function countTests(name, args, options, readCounts) {
  const succeeded = await step(name, args, options);
  let counts = { passed: 0, failed: 0 };
  try {
    counts = readCounts();
  } catch (error) {
    console.error(`${name} left no report: ${error}`);
  }
  total.passed += counts.passed;
  total.failed += succeeded && counts.passed > 0 ? counts.failed : Math.max(counts.failed, 1);
}

/** @param {string} file */
const readReport = (file) => JSON.parse(readFileSync(join(reports, file), 'utf8'));

/** @param {'node' | 'gpu'} project */
function unitTests(project) {
  const file = `vitest-${project}.json`;
  const args = ['--reporter=default', '--reporter=json', `--outputFile=${join(reports, file)}`];
  return countTests(
    `unit tests (${project})`,
    ['vitest', 'run', '--project', project, ...args],
    { mostMinutes: 9 },
    () => {
      const { numPassedTests, numFailedTests, numPendingTests } = readReport(file);
      return { passed: numPassedTests, failed: numFailedTests + numPendingTests };
    },
  );
}

await checkStep('types', ['tsc']);
await checkStep('lint and format', ['biome', 'check', '--error-on-warnings']);
await unitTests('node');
await unitTests('gpu');
await checkStep('build', ['vite', 'build', '--logLevel', 'warn']);
const playwrightReport = join(reports, 'playwright.json');
await countTests(
  'end to end',
  ['playwright', 'test', '--reporter=list,json'],
  { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport }, mostMinutes: 40 },
  () => {
    const { expected, unexpected, flaky, skipped } = readReport('playwright.json').stats;
    return { passed: expected, failed: unexpected + flaky + skipped };
  },
);

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
