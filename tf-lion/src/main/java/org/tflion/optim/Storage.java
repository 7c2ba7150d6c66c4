package org.tflion.optim;

import java.util.OptionalLong;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;

/** How the values of a slot lie in memory; a rule computes in the type of the weight regardless. */
public enum Storage {
  /** In the type of the weight. */
  EXACT {
    @Override
    <T extends TNumber> Weight<T> beside(Ops tf, Weight<T> owner, String name, Shape shape) {
      return owner.sibling(tf, name, shape, owner.type());
    }

    @Override
    long bytes(Shape shape, int ownerBytes) {
      return shape.size() * ownerBytes;
    }
  },

  /** As bfloat16, rounded to nearest, ties to even: 2 bytes a value. */
  BFLOAT16 {
    @Override
    <T extends TNumber> Weight<T> beside(Ops tf, Weight<T> owner, String name, Shape shape) {
      return new Bfloat16Weight<>(
          owner.sibling(tf, name, shape, TBfloat16.class), owner.type(), OptionalLong.empty());
    }

    @Override
    long bytes(Shape shape, int ownerBytes) {
      return shape.size() * BFLOAT16_BYTES;
    }
  },

  /**
   * As one byte a value and one float32 scale for each block of {@value BlockWeight#BLOCK}, about
   * 1.02 bytes a value; slots of fewer than {@value BlockWeight#SMALLEST} values stay exact.
   */
  BLOCK8 {
    @Override
    <T extends TNumber> Weight<T> beside(Ops tf, Weight<T> owner, String name, Shape shape) {
      if (shape.size() < BlockWeight.SMALLEST) {
        return EXACT.beside(tf, owner, name, shape);
      }
      long blocks = BlockWeight.blocks(shape);
      return new BlockWeight<>(
          owner.sibling(tf, name, Shape.of(blocks, BlockWeight.BLOCK), TUint8.class),
          owner.sibling(tf, name + "-scales", Shape.of(blocks, 1), TFloat32.class),
          shape,
          owner.type());
    }

    @Override
    long bytes(Shape shape, int ownerBytes) {
      return shape.size() < BlockWeight.SMALLEST
          ? EXACT.bytes(shape, ownerBytes)
          : BlockWeight.blocks(shape) * (BlockWeight.BLOCK + SCALE_BYTES);
    }
  };

  private static final int BFLOAT16_BYTES = 2;
  private static final int SCALE_BYTES = 4;

  /** Adds a variable, zero at first, of the kind and type of {@code owner}. */
  abstract <T extends TNumber> Weight<T> beside(Ops tf, Weight<T> owner, String name, Shape shape);

  /**
   * Bytes of all variables that hold such a slot.
   *
   * @param ownerBytes of one value of the weight that it belongs to
   */
  abstract long bytes(Shape shape, int ownerBytes);
}
