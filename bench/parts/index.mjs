import { peers } from './peers.mjs';

/** Everything that is measured, in this order. */
export const parts = [peers];
