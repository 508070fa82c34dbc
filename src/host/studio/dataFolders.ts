import { homedir } from 'node:os';
import { withAbsolutePath } from '../../data/datasetPath.ts';
import { NoisefloorError } from '../../study/errors.ts';
import type { Study } from '../../study/study.ts';
import { liesInside, writtenPath } from './chosenFolders.ts';

/** The folders that a person chose to read data from: a window may name paths in them, and no others. */
export class DataFolders {
  readonly folders: readonly string[];

  /** @param folders as the person wrote them; `~` is the home folder. */
  constructor(folders: readonly string[]) {
    this.folders = folders.map((folder) => writtenPath(folder));
  }

  /**
   * A study that a window sent, its data's path absolute and inside a chosen folder, links followed.
   * @throws NoisefloorError `path-not-chosen`, also where there is nothing at the path.
   */
  async admit(study: Study): Promise<Study> {
    const dataset = withAbsolutePath(study.task.dataset, homedir());
    if (!('path' in dataset)) return study;
    // What lies elsewhere is refused whether it is there or not, so that nobody can look around by asking.
    if (!(await liesInside(dataset.path, this.folders))) {
      throw new NoisefloorError(
        'path-not-chosen',
        `${dataset.path} is not in a folder that this studio may read data from (${this.folders.join(', ') || 'none was named'}), or there is nothing there. Start it with --data FOLDER to allow more.`,
        { details: { path: dataset.path, folders: this.folders } },
      );
    }
    return { ...study, task: { ...study.task, dataset } };
  }
}
