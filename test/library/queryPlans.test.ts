import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { buildBatch, buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

/** Lists of everything are read whole; they are short. */
const mayScan = /^SCAN (studies|drafts|sqlite_schema|\d+-ROW VALUES CLAUSE)\b/;
/** What deleting a study looks for: data sets and tensor lists nobody refers to any more. */
const mayScanToClean = /^SCAN (datasets|tensor_lists)\b/;

it('every statement a library runs finds its rows by an index', () => {
  const file = path.join(temporaryFolder(), 'plans.sqlite');
  const statements = new Set<string>();
  Library.open(file).close();
  const library = Library.open(file, { onStatement: (sql) => statements.add(sql) });
  statements.clear();
  const [order] = storeStudy(library, 'study', buildStudy({ replicates: 1 }));
  const id = order!.id;
  library.claimNext('study', 'host', { variants: ['ALGO'] });
  library.heartbeat('host');
  library.ingest(id, buildBatch(2, { epoch: () => ({ logits: Uint16Array.of(1) }) }));
  library.releaseReplicate(id, 'host');
  library.listStudies();
  library.study('study');
  library.replicates('study');
  library.listReplicates('study');
  library.replicateClaims('study');
  library.replicate(id);
  library.excludeReplicate(id, 'why');
  library.includeReplicate(id);
  library.setExclusions([{ id, reason: null }]);
  library.setReplicateTags([{ id, tags: ['odd'] }]);
  library.metrics('study');
  library.predictionEpochs('study');
  library.predictionsAt('study', 1);
  library.keptCheckpoints('study');
  library.logits(id, 1);
  library.fingerprints(id);
  library.fingerprints(id, 1);
  library.checkpointEpochs(id);
  library.checkpoint(id);
  library.releaseReplicate(library.heartbeat('host')[0]!, 'host');
  library.finalAccuracies();
  library.studyRevision('study');
  library.saveFigure('study', { figure: 'variance', edits: {} });
  library.savedFigures('study');
  library.resetFigure('study', 'variance');
  library.renameStudy('study', 'Another name');
  library.discardStudy('study');
  library.discardedStudies();
  library.restoreStudy('study');
  library.purgeStudies('2000');
  library.deleteStudy('study');
  library.saveDraft({ id: 'draft', name: '', content: null });
  library.listDrafts();
  library.draft('draft');
  library.deleteDraft('draft');
  library.close();

  const database = new Database(file, { readonly: true });
  const explained = [...statements].filter((sql) => /^(select|insert|update|delete)/i.test(sql));
  expect(explained.length).toBeGreaterThan(30);
  for (const sql of explained) {
    const plan = database.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
    const scans = plan
      .map(({ detail }) => detail)
      .filter((detail) => detail.startsWith('SCAN') && !mayScan.test(detail))
      .filter((detail) => !(sql.startsWith('delete') && mayScanToClean.test(detail)));
    expect({ sql, scans }).toEqual({ sql, scans: [] });
    if (/from "predictions"|join "predictions"/.test(sql) && sql.startsWith('select')) {
      expect(plan.map(({ detail }) => detail).join('\n')).toMatch(
        /SEARCH predictions USING (COVERING )?INDEX \S+ \(replicate_key=\?/,
      );
    }
  }
  database.close();
});
