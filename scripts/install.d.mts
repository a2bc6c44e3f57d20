export declare const root: string;
export declare const nodeProblem: (version: string) => string | null;
export declare const missingPackages: (folder: string) => string[];
export declare const install: (folder?: string, log?: (line: string) => void) => Promise<void>;
