package org.tflion.discovery.network;

/** Which part of the data. */
public enum Split {
  /** What gradients are taken on. */
  TRAIN,
  /** What fitness is measured on. */
  VALIDATION,
  /** What nothing is chosen by. */
  TEST
}
