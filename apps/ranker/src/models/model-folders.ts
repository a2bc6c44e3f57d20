import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE, versionPattern } from '#model';

/** Models on disk: `<directory>/<name>/<version>/`. */
export class ModelFolders {
  constructor(readonly directory: string) {}

  pathOf(name: string, version: string): string {
    return join(this.directory, name, version);
  }

  /** Versions of a model, newest first; none when the folder is not there. */
  async versions(name: string): Promise<readonly string[]> {
    const names = await readdir(join(this.directory, name)).catch(() => []);
    const dated = await Promise.all(
      names.filter((version) => versionPattern.test(version)).map(async (version) => ({ version, order: await this.orderOf(name, version) })),
    );
    return dated.sort((a, b) => (a.order < b.order ? 1 : -1)).map(({ version }) => version);
  }

  /** A version names only the day of its training; of two of one day the manifest knows which came later. */
  private async orderOf(name: string, version: string): Promise<string> {
    return `${version.slice(0, 8)} ${await this.trainedAt(name, version)} ${version}`;
  }

  /** Empty when the manifest cannot be read: loading will say what is wrong with it, sorting need not. */
  private async trainedAt(name: string, version: string): Promise<string> {
    try {
      const manifest: unknown = JSON.parse(await readFile(join(this.pathOf(name, version), MANIFEST_FILE), 'utf8'));
      const { trained } = manifest as { trained?: { at?: unknown } };
      return typeof trained?.at === 'string' ? trained.at : '';
    } catch {
      return '';
    }
  }
}
