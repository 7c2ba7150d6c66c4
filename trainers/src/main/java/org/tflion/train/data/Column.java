package org.tflion.train.data;

import org.tflion.Require;

/** One feature of all rows of a batch, row after row. */
@SuppressWarnings("ArrayRecordComponent") // Copying or comparing every batch would only cost time.
public sealed interface Column {

  /** What it holds. */
  Feature feature();

  /** Numbers of all rows. */
  int length();

  /** Whole numbers. */
  record Ints(Feature feature, int[] values) implements Column {

    /** Checks the type. */
    public Ints {
      require(feature, Feature.Type.INT32);
    }

    @Override
    public int length() {
      return values.length;
    }
  }

  /** Floating numbers. */
  record Floats(Feature feature, float[] values) implements Column {

    /** Checks the type. */
    public Floats {
      require(feature, Feature.Type.FLOAT32);
    }

    @Override
    public int length() {
      return values.length;
    }
  }

  /** Whole numbers from 0 to 255. */
  record Bytes(Feature feature, byte[] values) implements Column {

    /** Checks the type. */
    public Bytes {
      require(feature, Feature.Type.UINT8);
    }

    @Override
    public int length() {
      return values.length;
    }
  }

  private static void require(Feature feature, Feature.Type type) {
    Require.that(
        feature.type() == type,
        "Column: type of " + feature.name() + " must be " + type,
        feature.type());
  }
}
