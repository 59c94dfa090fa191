// `npm start`: installs what is missing, serves the app, opens it. Further arguments go to Vite.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureDependencies, projectRoot } from './dependencies.mjs';

ensureDependencies();
const vite = join(projectRoot, 'node_modules', 'vite', 'bin', 'vite.js');
const server = spawn(process.execPath, [vite, '--open', ...process.argv.slice(2)], {
  cwd: projectRoot,
  stdio: 'inherit',
});
server.on('exit', (code) => process.exit(code ?? 0));
process.on('SIGINT', () => server.kill('SIGINT'));
process.on('SIGTERM', () => server.kill('SIGTERM'));
