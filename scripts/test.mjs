// `npm test`: installs what is missing, runs everything, and closes with one line that adds up all runners.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureDependencies, projectRoot } from './dependencies.mjs';

ensureDependencies();
ensureBrowser();

const reports = join(projectRoot, 'test-results', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const total = { passed: 0, failed: 0 };

/** @param {string} name @param {readonly string[]} args @param {Record<string, string>} [env] */
function npx(name, args, env = {}) {
  console.log(`\n── ${name}`);
  const { status } = spawnSync('npx', ['--no-install', ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** A step that passes or fails as a whole. @param {string} name @param {readonly string[]} args */
function checkStep(name, args) {
  const passed = npx(name, args);
  total[passed ? 'passed' : 'failed'] += 1;
}

/**
 * A runner that counts its own tests. One that fails without counting a failure (it did not start, a hook broke)
 * counts as one failure.
 * @param {string} name @param {readonly string[]} args @param {Record<string, string>} env
 * @param {() => { passed: number, failed: number }} readCounts
 */
function countTests(name, args, env, readCounts) {
  const succeeded = npx(name, args, env);
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

checkStep('types', ['tsc']);
checkStep('lint and format', ['biome', 'check', '--error-on-warnings']);
for (const project of ['node', 'gpu']) {
  const file = `vitest-${project}.json`;
  const output = join(reports, file);
  const args = [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${output}`,
  ];
  countTests(`unit tests (${project})`, args, {}, () => {
    const { numPassedTests, numFailedTests, numPendingTests } = readReport(file);
    return { passed: numPassedTests, failed: numFailedTests + numPendingTests };
  });
}
checkStep('build', ['vite', 'build', '--logLevel', 'warn']);
const playwrightReport = join(reports, 'playwright.json');
countTests(
  'end to end',
  ['playwright', 'test', '--reporter=list,json'],
  { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
  () => {
    const { expected, unexpected, flaky, skipped } = readReport('playwright.json').stats;
    return { passed: expected, failed: unexpected + flaky + skipped };
  },
);

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
