import { type InteractionEvent, MAX_LATE_MS } from '#contracts';

/** An interaction and where it stands in `interactions.v1`. */
export interface ArchivedInteraction {
  readonly event: InteractionEvent;
  readonly partition: number;
  readonly offset: bigint;
}

/** Column and array type of each value of a row, in the order of `valuesOf`. */
export const columns = [
  ['event_id', 'text'],
  ['source', 'text'],
  ['"time"', 'timestamptz'],
  ['recordedtime', 'timestamptz'],
  ['reader_ref', 'text'],
  ['action', 'text'],
  ['target_kind', 'text'],
  ['target_id', 'text'],
  ['"on"', 'boolean'],
  ['value', 'double precision'],
  ['session_id', 'text'],
  ['request_id', 'text'],
  ['surface', 'text'],
  ['"position"', 'integer'],
  ['client', 'text'],
  ['self', 'boolean'],
  ['trust', 'text'],
  ['late', 'boolean'],
  ['log_partition', 'integer'],
  ['log_offset', 'bigint'],
] as const;

/** Whether an event came too late to count in online state (it is archived all the same). */
export const isLate = (event: InteractionEvent): boolean => Date.parse(event.recordedtime) - Date.parse(event.time) > MAX_LATE_MS;

/** The values of a row, in the order of `columns`. */
export const valuesOf = ({ event, partition, offset }: ArchivedInteraction): readonly unknown[] => {
  const { data } = event;
  return [
    event.id,
    event.source,
    event.time,
    event.recordedtime,
    data.readerRef,
    data.action,
    data.target.kind,
    data.target.id,
    data.on ?? null,
    data.value ?? null,
    data.sessionId ?? null,
    data.requestId ?? null,
    data.surface ?? null,
    data.position ?? null,
    data.client ?? null,
    data.self ?? null,
    data.trust,
    isLate(event),
    partition,
    offset.toString(),
  ];
};
