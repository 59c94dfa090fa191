// Runs one step of `npm test` to its end, or ends it: a step that hangs must not take the others with it.
import { spawn } from 'node:child_process';
import { projectRoot } from './dependencies.mjs';

const isWindows = process.platform === 'win32';

/**
 * Runs a command of the project's own dependencies, its output passed on.
 *
 * @param {readonly string[]} args the command and its arguments
 * @param {{ env?: Record<string, string>, mostMinutes: number }} options
 * @returns {Promise<boolean>} whether it succeeded within its time
 */
export function runStep(args, { env = {}, mostMinutes }) {
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', ...args], {
      cwd: projectRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      shell: isWindows,
      // A group of its own, so that browsers and servers end with it.
      detached: !isWindows,
    });
    const deadline = setTimeout(() => {
      console.error(`\n${args[0]} was still running after ${mostMinutes} minutes and was ended.`);
      endGroup(child);
    }, mostMinutes * 60_000);
    const interrupt = () => endGroup(child);
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    /** @param {boolean} succeeded */
    const settle = (succeeded) => {
      clearTimeout(deadline);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      resolve(succeeded);
    };
    child.on('error', () => settle(false));
    child.on('exit', (code) => settle(code === 0));
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function endGroup(child) {
  if (child.pid === undefined || child.exitCode !== null) return;
  if (isWindows) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f']);
  else process.kill(-child.pid, 'SIGKILL');
}
