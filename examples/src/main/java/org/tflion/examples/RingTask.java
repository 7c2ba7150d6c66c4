package org.tflion.examples;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.data.Batches;
import org.tflion.train.data.Column;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.Feature;
import org.tflion.train.data.SourceConfig;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.ModelConfig;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.layer.Classification;
import org.tflion.train.model.layer.Linear;
import org.tflion.train.model.layer.Linear.Axis;
import org.tflion.train.task.Task;

/** A task of one's own: a perceptron tells points inside a ring from those outside. */
public final class RingTask implements Task<RingTask.Shape, RingTask.Plane> {

  /** The section {@code model} of a config. */
  public record Shape(int hidden) implements ModelConfig {
    public Shape {
      Require.that(hidden > 0, "model.hidden must be 1 or more", hidden);
    }
  }

  /** The section {@code data}: points of a square that reaches so far from the origin. */
  public record Plane(String path, int prefetch, double reach) implements SourceConfig {
    public Plane {
      Require.positive("data.reach", reach);
    }
  }

  /** The model: {@code logits = relu(x W + b) V + c} of points x. */
  record Perceptron(Linear in, Linear out) implements Model {
    @Override
    public List<Parameter> parameters() {
      return Stream.of(in, out).flatMap(layer -> layer.parameters().stream()).toList();
    }

    @Override
    public <T extends TNumber> Objective<T> loss(Ops tf, Parameters<T> values, Inputs batch) {
      Class<T> type = values.get("in.bias").type();
      Operand<T> x = tf.dtypes.cast(batch.floats("points"), type); // [B, 2]
      Operand<T> hidden = tf.nn.relu(in.apply(tf, values, x)); // [B, hidden]
      Operand<T> logits = out.apply(tf, values, hidden); // [B, 2]
      return new Classification(2, 0).objective(tf, logits, batch.ints("inside"));
    }
  }

  /** The data source: every batch is a function of the seed and its number. */
  record Points(double reach) implements Dataset {
    @Override
    public Batches train(int rows, long seed) {
      return Batches.of(draw(rows, seed, 0).shape(), 1, step -> draw(rows, seed, step));
    }

    @Override
    public Batches validation(int rows, long seed) {
      return train(rows, seed);
    }

    @Override
    public Size size() {
      return new Size("points", Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private Batch draw(int rows, long seed, long step) {
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + step);
      float[] points = new float[2 * rows]; // [rows, 2]
      int[] inside = new int[rows]; // [rows]
      for (int i = 0; i < rows; i++) {
        points[2 * i] = (float) random.nextDouble(-reach, reach);
        points[2 * i + 1] = (float) random.nextDouble(-reach, reach);
        inside[i] = Math.abs(Math.hypot(points[2 * i], points[2 * i + 1]) - 1.2) < 0.4 ? 1 : 0;
      }
      return Batch.of(
          rows,
          new Column.Floats(Feature.floats("points", 2), points),
          new Column.Ints(Feature.ints("inside"), inside));
    }
  }

  @Override
  public String name() {
    return "ring";
  }

  @Override
  public Class<Shape> modelConfig() {
    return Shape.class;
  }

  @Override
  public Class<Plane> dataConfig() {
    return Plane.class;
  }

  @Override
  public Model model(Shape shape, @Nullable Tokenizer tokenizer) {
    Axis hidden = new Axis("hidden", shape.hidden());
    return new Perceptron(
        new Linear("in", new Axis("point", 2), hidden, true, 0.5),
        new Linear("out", hidden, new Axis("side", 2), true, 0.1));
  }

  @Override
  public Dataset open(Shape model, Plane data, @Nullable Tokenizer known) {
    return new Points(data.reach());
  }
}
