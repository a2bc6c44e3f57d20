/** 0 done; 1 a fault of ours or of the stores; 2 what was typed, set or exported can not be used; 3 too little data; 4 the new model is not better; 130 interrupted. */
export const exitCodes = { done: 0, fault: 1, unusable: 2, littleData: 3, notBetter: 4, interrupted: 130 } as const;
