package org.tflion.train.step;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.optim.Weight;
import org.tflion.tpu.lower.Argument;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.lower.Lowering;
import org.tflion.tpu.lower.StepGraph;
import org.tflion.tpu.run.Accelerator;
import org.tflion.tpu.run.DeviceTensor;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;

/**
 * A step whose weights, slots and updates are on an accelerator: each update takes over the memory
 * of what it renews.
 *
 * <p>It computes what {@link TrainStep} computes, by the same graph, which XLA compiles for the
 * accelerator. TensorFlow makes the first values and reads and writes the files of checkpoints.
 */
public final class AcceleratorStep implements Step {

  /**
   * Where programs run.
   *
   * @param device that runs them
   * @param lowering makes them
   */
  public record Place(Accelerator device, Function<StepGraph, Lowered> lowering) {

    /** More than any step has taken to lower on two cores. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    /** A device, for which TensorFlow lowers. */
    public static Place on(Accelerator device) {
      return new Place(device, Place::lower);
    }

    private static Lowered lower(StepGraph step) {
      try {
        return Lowering.lower(step, LONGEST);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new InterruptedIOException("interrupted while lowering"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Place place;
  private final ModelGraph<TrainStep.Nodes> host;
  private final TracedPrograms traced;
  private final int parts;
  private final List<String> names;
  private final List<DeviceProgram> training = new ArrayList<>();
  private final Map<String, DeviceTensor> state = new HashMap<>();
  private @Nullable DeviceProgram evaluation;
  private @Nullable DeviceProgram check;

  /**
   * Compiles the step; weights start at the model's first values, slots at zero.
   *
   * @param place where it runs; its device is closed with the step
   * @param model what to train
   * @param config rule, rates and parts; what it says of compilation does not matter
   * @param batch whose rows are a multiple of the parts
   * @param seed of the first weights and of what is random in a step
   */
  public AcceleratorStep(Place place, Model model, StepConfig config, BatchShape batch, long seed) {
    parts = config.parts();
    Require.that(
        batch.rows() % parts == 0,
        "AcceleratorStep: rows must be a multiple of the parts",
        batch.rows());
    this.place = place;
    names = model.parameters().stream().map(Parameter::name).toList();
    BatchShape part = batch.part(parts);
    host = ModelGraph.build(tf -> TrainStep.built(tf, model, config.uncompiled(), part, seed));
    try {
      traced = TracedPrograms.of(Ops.create(host.graph()), model, host.built());
      traced.step(parts).forEach(each -> training.add(DeviceProgram.load(place, each)));
      upload(host.built().state().keySet());
      training.forEach(this::clearSums);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Moves what the host has of some tensors to the device. */
  private void upload(Collection<String> tensors) {
    List<Tensor> values = host.bundle().read(host.session(), tensors);
    host.bundle().free(host.session());
    int next = 0;
    for (String name : tensors) {
      try (Tensor value = values.get(next++)) {
        DeviceTensor before = state.put(name, DeviceProgram.copy(place.device(), value));
        if (before != null) {
          before.close();
        }
      }
    }
  }

  /** Sums of gradients begin at zero, and are never restored. */
  private void clearSums(DeviceProgram program) {
    for (int i = 0; i < program.names().size(); i++) {
      String name = program.names().get(i);
      if (name.startsWith(TracedPrograms.SUMS) && !state.containsKey(name)) {
        Argument sum = program.arguments().get(i);
        long size = sum.shape().stream().reduce((long) Float.BYTES, Math::multiplyExact);
        byte[] zeros = new byte[Math.toIntExact(size)];
        state.put(name, place.device().copy(sum.type(), sum.shape(), zeros));
      }
    }
  }

  @Override
  public Report run(Batch batch, double limit) {
    if (training.size() > 1) {
      for (int part = 0; part < parts; part++) {
        run(training.get(0), batch, part, limit);
      }
    }
    List<ByteBuffer> results = run(training.get(training.size() - 1), batch, 0, limit);
    return new Report(
        results.get(0).getFloat(),
        results.get(1).getDouble(),
        results.get(2).getDouble(),
        results.get(3).get() != 0);
  }

  private List<ByteBuffer> run(DeviceProgram program, Batch batch, int part, double limit) {
    BatchFeed feed = host.nodes().batch();
    try (BatchFeed.Fed columns = feed.part(batch, part);
        TInt64 number = TInt64.scalarOf(part);
        TFloat32 most = TFloat32.scalarOf((float) limit)) {
      Map<String, Tensor> fed = new HashMap<>(Map.of("part", number, "limit", most));
      for (int i = 0; i < columns.tensors().size(); i++) {
        fed.put(feed.shape().features().get(i).name(), columns.tensors().get(i));
      }
      return program.run(state, fed);
    }
  }

  @Override
  public Optional<String> firstNotFinite(Batch batch) {
    if (check == null) {
      check = DeviceProgram.load(place, traced.check(parts));
    }
    for (int part = 0; part < parts; part++) {
      ByteBuffer finite = run(check, batch, part, 0).get(0); // [1 + P]
      for (int i = 0; i < finite.limit(); i++) {
        if (finite.get(i) == 0) {
          return Optional.of(i == 0 ? "loss" : names.get(i - 1));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public Evaluation evaluate(Batch batch) {
    if (evaluation == null) {
      evaluation = DeviceProgram.load(place, traced.evaluation(parts));
    }
    Evaluation whole = evaluated(run(evaluation, batch, 0, 0));
    for (int part = 1; part < parts; part++) {
      whole = whole.plus(evaluated(run(evaluation, batch, part, 0)));
    }
    return whole;
  }

  private Evaluation evaluated(List<ByteBuffer> numbers) {
    Map<String, Evaluation.Mean> metrics = new LinkedHashMap<>();
    for (String name : host.nodes().evaluated().metrics().keySet()) {
      metrics.put(name, mean(numbers, 2 + 2 * metrics.size()));
    }
    return new Evaluation(mean(numbers, 0), metrics);
  }

  private static Evaluation.Mean mean(List<ByteBuffer> numbers, int from) {
    return new Evaluation.Mean(numbers.get(from).getFloat(), numbers.get(from + 1).getFloat());
  }

  /** Copies the state to the host, so that steps may go on to renew it. */
  @Override
  public Snapshot snapshot() {
    List<Tensor> values = new ArrayList<>();
    host.built().state().forEach((name, weight) -> values.add(onHost(name, weight)));
    return new BundleSnapshot(host.bundle(), host.session(), values);
  }

  private <T extends TNumber> Tensor onHost(String name, Weight<T> weight) {
    DeviceTensor tensor = Objects.requireNonNull(state.get(name), name);
    byte[] bytes = place.device().toHost(List.of(tensor)).get(0);
    return Tensor.of(weight.type(), weight.shape(), DataBuffers.of(bytes));
  }

  @Override
  public List<StateTensor> tensors() {
    return host.bundle().tensors();
  }

  @Override
  public void restore(Path prefix, Map<String, String> sources) {
    if (!sources.isEmpty()) {
      host.bundle().restore(host.session(), prefix, sources);
      upload(sources.keySet());
    }
  }

  @Override
  public void trace(@Nullable Consumer<RunMetadata> consumer) {
    throw new IllegalArgumentException("--profile must come with TensorFlow's engine (got pjrt)");
  }

  @Override
  public void close() {
    state.values().forEach(DeviceTensor::close);
    state.clear();
    training.forEach(DeviceProgram::close);
    if (evaluation != null) {
      evaluation.close();
    }
    if (check != null) {
      check.close();
    }
    place.device().close();
    host.close();
  }
}
