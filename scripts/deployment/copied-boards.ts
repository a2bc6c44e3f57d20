import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../start/repository.js';

const BOARDS = 'monitoring/grafana/dashboards';
export const COPIED_BOARDS = 'k8s/components/dashboards';

const jsonIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(join(repositoryRoot, folder))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => [file, readFileSync(join(repositoryRoot, folder, file), 'utf8')]),
  );

/** File name -> content of the boards that Grafana is to show. */
export const boardsOf = (): ReadonlyMap<string, string> => jsonIn(BOARDS);

/** The same as they lie beside the manifests. Kustomize reads no file above its folder, so there has to be a copy. */
export const copiedBoards = (): ReadonlyMap<string, string> => jsonIn(COPIED_BOARDS);

export const copyBoards = (): void => {
  for (const file of copiedBoards().keys()) rmSync(join(repositoryRoot, COPIED_BOARDS, file));
  for (const [file, text] of boardsOf()) writeFileSync(join(repositoryRoot, COPIED_BOARDS, file), text);
};
