package org.tflion.discovery.network;

/** A data set, batch by batch; immutable, so that all trainings can share it. */
public interface Batches {

  /** Rows in a batch. */
  int rows();

  /** Numbers in a row of input. */
  int width();

  /** Labels run from 0 up to, not including, this. */
  int classes();

  /** How many batches a split has; training batches have no end and repeat nothing in order. */
  int count(Split split);

  /**
   * Hands over one batch, the same at every call; its rows may be those of the data and are not to
   * be written to.
   *
   * @param index from 0
   * @param inputs [rows, width]
   * @param labels [rows]
   */
  void fill(Split split, int index, float[][] inputs, int[] labels);

  /** Decides what is drawn by chance. */
  long seed();

  /** The same data, drawn by another seed; the test split stays the same. */
  Batches reseeded(long seed);
}
