import { ref, type Ref } from 'vue';
import { useConnection } from '../../host/connection.ts';
import { asNoisefloorError } from '../../host/query.ts';
import { usePlan } from '../../stores/plan.ts';
import { pages, useSelection, type Page } from '../../stores/selection.ts';
import { useRuns } from '../../stores/runs.ts';
import { useStudies } from '../../stores/studies.ts';
import { useToasts } from '../../stores/toasts.ts';
import { gpuNumbers, isParallel } from './planDraft.ts';

/** Where a study that has begun is watched. */
const watchingPage: Page = pages.find((page) => page === ('run' as string)) ?? 'variance';

/** Makes a study of the plan and, where wanted, runs it. */
export function useBeginStudy(): { begin: (runs: boolean) => Promise<void>; isBusy: Ref<boolean> } {
  const { client } = useConnection();
  const plan = usePlan();
  const selection = useSelection();
  const studies = useStudies();
  const running = useRuns();
  const toasts = useToasts();
  const isBusy = ref(false);

  async function begin(runs: boolean): Promise<void> {
    const [host, study] = [client.value, plan.meaning?.study];
    if (host === null || study === undefined || isBusy.value) return;
    isBusy.value = true;
    await toasts.attempt(async () => {
      let preparation = plan.measured?.preparation.id ?? null;
      const create = () => host.planning.create({ study, preparation });
      const made = await create().catch((thrown: unknown) => {
        const { code } = asNoisefloorError(thrown);
        if (code !== 'preparation-unknown' && code !== 'preparation-differs') throw thrown;
        // The host was started anew since; it measures again when it runs.
        preparation = null;
        return create();
      });
      const wanted = plan.content?.parallel ?? '';
      const parallel = typeof wanted === 'number' && isParallel(wanted) ? wanted : null;
      // From here on it is a study, whether it could be started or not.
      await plan.finish();
      const devices = gpuNumbers(plan.content?.devices ?? '') ?? null;
      const start = { study: made.study, parallel, devices, retryFailed: false, preparation };
      const isRunning =
        runs &&
        (await toasts.attempt(async () => {
          await host.runs.start(start);
        }));
      selection.openStudy(made.study, isRunning ? watchingPage : 'variance');
      await Promise.all([studies.query.reload(), running.query.reload()]);
      toasts.say(isRunning ? `Running ${study.name}.` : `Planned ${study.name}; nothing has run yet.`);
    });
    isBusy.value = false;
  }

  return { begin, isBusy };
}
