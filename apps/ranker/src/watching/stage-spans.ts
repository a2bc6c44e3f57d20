import type { RankRequest } from '#contracts';
import type { StageReport } from '#ranking';
import { attributeNames as names, type Tracing } from '#telemetry';

/**
 * What each stage of the pipeline did for a request, as parts of its span. Made from the reports of the stages when all is done: the core knows
 * no clock and no tracer, and a request that is not traced pays nothing.
 */
export const addStageSpans = (
  tracing: Tracing,
  surface: RankRequest['surface'],
  degraded: readonly string[],
  stages: readonly StageReport[],
): void => {
  const whole = tracing.active();
  if (whole === null) return;
  whole.set({ [names.surface]: surface, [names.degraded]: degraded.length > 0 });
  for (const { stage, component, began, ms, kept, dropped, skipped } of stages) {
    const span = tracing.part(`${stage} ${component}`, {
      kind: 'internal',
      began,
      attributes: {
        [names.stage]: stage,
        [names.component]: component,
        [names.kept]: kept,
        [names.dropped]: dropped,
        ...(skipped === undefined ? {} : { [names.skipped]: skipped }),
      },
    });
    if (skipped === 'failed') span?.fail('STAGE_FAILED');
    span?.end(began + ms);
  }
};
