/** Reads of the run store at once, where a step reads many documents. */
export const STORE_READS_AT_ONCE = 20
