import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import type { LibraryClient } from '../../library/client.ts';
import { networkTitle } from '../../networks/catalogue.ts';
import { noiseSources } from '../../study/noise.ts';
import { readOverheads } from '../overhead/readOverheads.ts';

type Measures = Implementation<StudioContract>['measures'];

/** A call that nobody gives up. */
const untilDone = { signal: new AbortController().signal };

/** Measurements of overhead, and what they buy. */
export function overheadProcedures(
  library: LibraryClient,
  measures: Measures,
): Implementation<StudioContract>['overheads'] {
  return {
    list: async () => ({ items: await readOverheads(library) }),
    prices: async () => {
      const timed = (await readOverheads(library)).flatMap(({ id, models }) =>
        models.flatMap(({ model, settings }) => {
          const found = settings.find(({ setting }) => setting === 'deterministic');
          return found === undefined || found.ratio === null
            ? []
            : [{ model, ratio: found.ratio, interval: found.interval, measurement: id }];
        }),
      );
      const items = [];
      for (const { id, name } of timed.length === 0 ? [] : await library.listStudies()) {
        const { study, variants } = await library.study(id);
        const network = networkTitle(study.task.network);
        const cost = timed.find(({ model }) => model.toLowerCase() === network.toLowerCase());
        const alone = variants.find(
          ({ sources, implementation }) =>
            implementation !== 'deterministic' && noiseSources.every((source) => sources[source] === 'fixed'),
        );
        const isKnown = study.origin === undefined && study.program === undefined;
        if (cost === undefined || alone === undefined || !isKnown) continue;
        const { analysis } = await measures
          .analysis({ study: id, epoch: null }, untilDone)
          .catch(() => ({ analysis: null }));
        const measured = analysis?.variants.find((variant) => variant.name === alone.name);
        if (measured === undefined || measured.replicates < 2) continue;
        items.push({
          ...{ network, study: { id, name }, variant: alone.name, replicates: measured.replicates },
          ...{ churn: measured.churn.mean, sd: measured.accuracy.sd },
          ...{ ratio: cost.ratio, interval: cost.interval, measurement: cost.measurement },
        });
      }
      return { items };
    },
  };
}
