import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';

const VERSION = 0;

const assigner =
  (name: string, partitionsOf: (topic: string, all: readonly number[]) => readonly number[]): PartitionAssigner =>
  ({ cluster }) => ({
    name,
    version: VERSION,
    assign: ({ members, topics }) => {
      const assignment = Object.fromEntries(
        topics.map((topic) => [
          topic,
          [
            ...partitionsOf(
              topic,
              cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
            ),
          ],
        ]),
      );
      const memberAssignment = AssignerProtocol.MemberAssignment.encode({ version: VERSION, assignment, userData: Buffer.alloc(0) });
      return Promise.resolve(members.map(({ memberId }) => ({ memberId, memberAssignment })));
    },
    protocol: ({ topics }) => ({
      name,
      metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.alloc(0) }),
    }),
  });

/**
 * kafkajs has no manual assignment (tulios/kafkajs#373). A subscriber that wants every partition joins a group of its
 * own, and should a second member ever use that name, this assigner gives each of them everything instead of halves.
 */
export const everyPartition = assigner('broadsheet-all', (_, all) => all);

/** One partition only, for reading a range. */
export const onlyPartition = (topic: string, partition: number): PartitionAssigner =>
  assigner(`broadsheet-only-${partition}`, (name) => (name === topic ? [partition] : []));
