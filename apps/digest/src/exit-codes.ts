/** 0 delivered, was delivered before, or there was nothing to send; 1 a fault or a refusal, to be tried again; 2 unusable options or settings; 3 it is not known whether it arrived. */
export const exitCodes = { done: 0, fault: 1, unusable: 2, unknown: 3 } as const;
