// Finds, installs and configures the browser that tests and the benchmark run in.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where Chromium-family browsers are installed by distributions and vendors; the first found wins. */
const installedBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** What the page needs to draw Chinese on Debian. */
const debianPackages = ['chromium', 'fonts-noto-cjk'];

/**
 * The browser that tests run in: `CHROME_PATH` if set, else one that is installed, else `undefined`, which makes
 * Playwright use its own.
 * @returns {string | undefined}
 */
export function findBrowser() {
  return process.env.CHROME_PATH || installedBrowsers.find((path) => existsSync(path));
}

/**
 * Launch options under which WebGPU runs on SwiftShader, the same software adapter on every machine, or with `OWN_ADAPTER=1`
 * on the machine's own, and text and colours are drawn the same way.
 * @returns {import('@playwright/test').LaunchOptions}
 */
export function browserLaunchOptions() {
  const executablePath = findBrowser();
  return {
    ...(executablePath ? { executablePath } : { channel: 'chromium' }),
    args: [
      '--enable-unsafe-webgpu',
      ...(process.env.OWN_ADAPTER === '1' ? [] : ['--use-webgpu-adapter=swiftshader']),
      '--no-sandbox',
      '--font-render-hinting=none',
      '--force-color-profile=srgb',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  };
}

/** @param {string} command @param {readonly string[]} args */
function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  return status === 0;
}

function isDebianRoot() {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

/** Whether this system can draw Chinese; where nobody can tell, yes. */
function hasChineseFont() {
  const { status, stdout } = spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' });
  return status !== 0 || stdout.trim() !== '';
}

/** Makes sure that there is a browser: one that is installed, Debian's by apt-get, or Playwright's own. */
export function ensureBrowser() {
  const isComplete = findBrowser() !== undefined && hasChineseFont();
  if (isComplete) return;
  if (isDebianRoot()) {
    run('apt-get', ['update', '-qq']);
    if (run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...debianPackages])) return;
  }
  if (findBrowser() !== undefined) return;
  if (!run('npx', ['playwright', 'install', 'chromium'])) {
    throw new Error('No browser was found and none could be installed. Install Chrome, or set CHROME_PATH.');
  }
}
