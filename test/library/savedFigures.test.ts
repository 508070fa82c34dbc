import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { errorOf, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();

function openWith(name: string): Library {
  const library = Library.open(path.join(folder, name), { now: () => Date.UTC(2026, 0, 2) });
  storeStudy(library, 'study');
  return library;
}

describe('saved figures', () => {
  it('are kept with their study, the last change in place of the one before', () => {
    const library = openWith('kept.sqlite');
    library.saveFigure('study', { figure: 'variance', edits: { title: 'First' } });
    library.saveFigure('study', { figure: 'churn', edits: {} });
    library.saveFigure('study', { figure: 'variance', edits: { title: '"Second" & last' } });
    expect(library.savedFigures('study')).toEqual([
      { figure: 'churn', edits: {}, updated: '2026-01-02T00:00:00.000Z' },
      { figure: 'variance', edits: { title: '"Second" & last' }, updated: '2026-01-02T00:00:00.000Z' },
    ]);
    library.resetFigure('study', 'churn');
    library.resetFigure('study', 'churn');
    expect(library.savedFigures('study').map(({ figure }) => figure)).toEqual(['variance']);
    expect(errorOf(() => library.saveFigure('nobody', { figure: 'churn', edits: {} })).code).toBe(
      'study-unknown',
    );
    library.close();
  });

  it('go with their study when it is deleted', () => {
    const library = openWith('deleted.sqlite');
    library.saveFigure('study', { figure: 'variance', edits: { title: 'Gone' } });
    library.deleteStudy('study');
    storeStudy(library, 'study');
    expect(library.savedFigures('study')).toEqual([]);
    library.close();
  });

  it('are merged where this library has none of its own', async () => {
    const other = openWith('other.sqlite');
    other.saveFigure('study', { figure: 'variance', edits: { title: 'Theirs' } });
    other.saveFigure('study', { figure: 'churn', edits: { title: 'Theirs' } });
    other.close();
    const library = openWith('own.sqlite');
    library.saveFigure('study', { figure: 'variance', edits: { title: 'Ours' } });
    await library.mergeLibrary(path.join(folder, 'other.sqlite'));
    expect(library.savedFigures('study').map(({ figure, edits }) => [figure, edits])).toEqual([
      ['churn', { title: 'Theirs' }],
      ['variance', { title: 'Ours' }],
    ]);
    library.close();
  });
});
