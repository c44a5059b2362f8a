/** Told of a device of whose audio a part permanently does not arrive. */
export const SHARED_DEVICE =
  'a part of its audio never arrives, all the time: another backend seems to be connected to it and gets that part. ' +
  'Stop the other one, or give it a device of its own; if there is none, the device itself leaves audio out';
