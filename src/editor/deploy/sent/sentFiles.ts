import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../../core/base/errors';
import {
  readKeptBundle,
  type KeptBundle,
  type KeptFile,
} from '../../../core/deploy/vault/keptBundle';
import type { Vault } from '../../../core/deploy/vault/vault';
import { sentScheme } from '../../contributions';

/**
 * The files of what was sent, out of the vault, for the editor to read. An address holds all there
 * is to know, so that an editor that a reload brings back shows them too.
 */
export class SentFiles implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly registration: vscode.Disposable;
  /** Every file of a comparison is asked for on its own. */
  private last: { name: string; bundle: Promise<KeptBundle> } | undefined;

  constructor(private readonly vault: Vault) {
    this.registration = vscode.workspace.registerFileSystemProvider(sentScheme, this, {
      isReadonly: true,
      isCaseSensitive: true,
    });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  /**
   * `name` is relative to the folder, with `/`. The path is the one that the file has there: an
   * editor that compares both would else take it for renamed.
   */
  static uriOf(folder: string, bundleHash: string, name: string): vscode.Uri {
    const { path } = vscode.Uri.joinPath(vscode.Uri.file(folder), name);
    return vscode.Uri.from({ scheme: sentScheme, authority: bundleHash, path, query: folder });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { content } = await this.find(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: content.length };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.find(uri)).content;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  private async find(uri: vscode.Uri): Promise<KeptFile> {
    const { files } = await this.bundleOf(uri);
    const root = vscode.Uri.file(uri.query).path;
    const file = files.get(path.posix.relative(root, uri.path));
    if (!file) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return file;
  }

  private async bundleOf({ authority, query }: vscode.Uri): Promise<KeptBundle> {
    const name = `${authority} ${query}`;
    if (this.last?.name !== name) {
      this.last = { name, bundle: readKeptBundle(this.vault, query, authority) };
    }
    try {
      return await this.last.bundle;
    } catch (error) {
      this.last = undefined;
      throw vscode.FileSystemError.Unavailable(messageOf(error));
    }
  }
}
