import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';

const VERSION = 0;

const NAME = 'broadsheet-all';

/**
 * kafkajs has no manual assignment (tulios/kafkajs#373). A subscriber that wants every partition joins a group of its
 * own, and should a second member ever use that name, this assigner gives each of them everything instead of halves.
 */
export const everyPartition: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  assign: ({ members, topics }) => {
    const assignment = Object.fromEntries(
      topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)]),
    );
    const memberAssignment = AssignerProtocol.MemberAssignment.encode({ version: VERSION, assignment, userData: Buffer.alloc(0) });
    return Promise.resolve(members.map(({ memberId }) => ({ memberId, memberAssignment })));
  },
  protocol: ({ topics }) => ({
    name: NAME,
    metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.alloc(0) }),
  }),
});
