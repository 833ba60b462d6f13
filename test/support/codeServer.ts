import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../scripts/cache.mjs';
import { quietSettings, themes, type Theme } from './quietSettings';
import { getEditor } from './testHost';
import { until } from './until';

export interface CodeServerOptions {
  /** Where everything goes that VS Code and its extensions keep, the home folder included. */
  dataDir: string;
  /** Absent: one that the system chooses. Secrets belong to a port, so to keep them, keep it. */
  port?: number;
  theme?: Theme;
  settings?: Readonly<Record<string, unknown>>;
  /** As in keybindings.json, which this VS Code reads when a window opens only. */
  keybindings?: readonly object[];
  /** Ask whether to trust the workspace, as VS Code does by default. */
  trust?: boolean;
  /** Accept extensionDevelopmentPath and extensionTestsPath in the page's payload. */
  development?: boolean;
  env?: NodeJS.ProcessEnv;
}

/** The server half of a real VS Code; the other half is a browser that opens `origin`. */
export class CodeServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  get authority(): string {
    return `127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `http://${this.authority}`;
  }

  static async start(options: CodeServerOptions): Promise<CodeServer> {
    prepareDataDir(options.dataDir);
    writeSettings(options);
    const logFile = path.join(options.dataDir, 'server.log');
    const log = openSync(logFile, 'w');
    const child = spawn(getEditor().node, [...baseArgs(options.dataDir), ...serveArgs(options)], {
      stdio: ['ignore', log, log],
      env: { ...hostEnv(options.dataDir), ...options.env },
    });
    process.once('exit', () => child.kill());
    const port = await until(`code-server to listen, see ${logFile}`, () => {
      if (child.exitCode !== null) throw new Error(`it exited with ${child.exitCode}`);
      return listeningPort(readFileSync(logFile, 'utf8'));
    });
    return new CodeServer(child, port);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(impatience);
  }
}

/** Installs a packaged extension, before the server starts. */
export async function installExtension(dataDir: string, vsix: string): Promise<void> {
  prepareDataDir(dataDir);
  const args = [...baseArgs(dataDir), '--install-extension', vsix, '--force'];
  await promisify(execFile)(getEditor().node, args, { env: hostEnv(dataDir) });
}

/** The home folder of everything that runs in this VS Code: ~/.kinvey-cli is the test's own. */
export function homeOf(dataDir: string): string {
  return path.join(dataDir, 'home');
}

function prepareDataDir(dataDir: string): void {
  mkdirSync(path.join(dataDir, 'user/User'), { recursive: true });
  mkdirSync(homeOf(dataDir), { recursive: true });
  mkdirSync(path.join(dataDir, 'tmp'), { recursive: true });
  writeFileSync(path.join(dataDir, 'config.yaml'), 'auth: none\n');
}

/** What a person changed since the first start stays. */
function writeSettings({
  dataDir,
  theme = 'dark',
  settings,
  keybindings = [],
}: CodeServerOptions): void {
  const file = path.join(dataDir, 'user/User/settings.json');
  if (existsSync(file)) return;
  const all = { ...quietSettings, 'workbench.colorTheme': themes[theme], ...settings };
  writeFileSync(file, JSON.stringify(all, null, 2));
  const keys = path.join(dataDir, 'user/User/keybindings.json');
  writeFileSync(keys, JSON.stringify(keybindings));
}

function baseArgs(dataDir: string): string[] {
  return [
    getEditor().entry,
    ...['--config', path.join(dataDir, 'config.yaml')],
    ...['--user-data-dir', path.join(dataDir, 'user')],
    ...['--extensions-dir', path.join(dataDir, 'extensions')],
  ];
}

function serveArgs({ port = 0, trust, development }: CodeServerOptions): string[] {
  return [
    ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'],
    ...['--disable-telemetry', '--disable-update-check'],
    ...['--disable-getting-started-override', '--ignore-last-opened'],
    ...(trust ? [] : ['--disable-workspace-trust']),
    ...(development ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

/** Our environment, with a home of its own and without what an outer VS Code or debugger put there. */
function hostEnv(dataDir: string): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name),
  );
  return {
    // npm keeps its cache and its user's settings, though HOME is another one.
    npm_config_cache: path.join(homedir(), '.npm'),
    npm_config_userconfig: path.join(homedir(), '.npmrc'),
    ...Object.fromEntries(ours),
    HOME: homeOf(dataDir),
    TMPDIR: path.join(dataDir, 'tmp'),
    FLEXSERVICE_CACHE: cacheFolder(),
    FLEX_RUNTIME_NPM_CACHE: path.join(cacheFolder(), 'npm'),
    FLEX_RUNTIME_NODE_CACHE: path.join(cacheFolder(), 'node'),
    // Else it looks for extensions on the network.
    EXTENSIONS_GALLERY: '{}',
  };
}

function listeningPort(log: string): number | undefined {
  const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(log)?.[1];
  return port ? Number(port) : undefined;
}
