import manifest from '../../../package.json' with { type: 'json' };
import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import { parseMapping } from '../../interchange/logs/columns.ts';
import type { LibraryClient } from '../../library/client.ts';
import { describeReport, type DescribedReport } from '../importing/describeReport.ts';
import { checkImport, importLogs, type ImportMeans, type ImportRequest } from '../importing/importLogs.ts';
import type { DataFolders } from './dataFolders.ts';
import { told } from './told.ts';

type Imports = Implementation<StudioContract>['imports'];
type Asked = Parameters<Imports['check']>[0];
type Told = { type: 'progress'; message: string } | { type: 'report'; report: DescribedReport };

/** Taking in logs made elsewhere, from folders that a person has chosen. */
export function importProcedures(means: {
  library: LibraryClient;
  openLibrary: (file: string) => Promise<LibraryClient>;
  dataFolders: DataFolders;
}): Imports {
  const { library, openLibrary, dataFolders } = means;

  async function requestOf(asked: Asked): Promise<ImportRequest> {
    const { path, labels, mapping, ...others } = asked;
    return {
      ...others,
      folder: await dataFolders.admitFile(path),
      labels: labels === null ? null : await dataFolders.admitFile(labels),
      mapping: parseMapping(Object.entries(mapping).map(([field, column]) => `${field}=${column}`)),
    };
  }

  /** Tells of progress until `work` has its report. */
  async function* reported(
    signal: AbortSignal,
    work: (means: ImportMeans) => Promise<DescribedReport>,
  ): AsyncGenerator<Told> {
    const report = yield* told<Told, DescribedReport>((tell) =>
      work({
        ...{ library, openLibrary, version: manifest.version, signal },
        onProgress: (message) => {
          tell({ type: 'progress', message });
        },
      }),
    );
    yield { type: 'report', report };
  }

  return {
    async *check(asked, { signal }) {
      const request = await requestOf(asked);
      yield* reported(signal, async (given) => describeReport(await checkImport(given, request), null));
    },
    async *take(asked, { signal }) {
      const request = await requestOf(asked);
      yield* reported(signal, async (given) => {
        const { report, ...imported } = await importLogs(given, request);
        return describeReport(report, imported);
      });
    },
  };
}
