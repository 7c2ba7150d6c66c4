package org.tflion.train.step;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.tensorflow.Tensor;
import org.tflion.Require;
import org.tflion.tpu.lower.Argument;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.lower.StepGraph;
import org.tflion.tpu.run.Accelerator;
import org.tflion.tpu.run.DeviceTensor;
import org.tflion.tpu.run.LoadedProgram;

/**
 * One program of a step on a device.
 *
 * @param device that runs it
 * @param loaded the program itself
 * @param arguments of it, in order
 * @param names what each argument is: a name of {@link TracedStep.Argument}
 * @param results number of results that are no new values of arguments, which come first
 */
record DeviceProgram(
    Accelerator device,
    LoadedProgram loaded,
    List<Argument> arguments,
    List<String> names,
    int results)
    implements AutoCloseable {

  /** Lowers and compiles a program. */
  static DeviceProgram load(AcceleratorStep.Place place, TracedStep traced) {
    Lowered lowered = place.lowering().apply(new StepGraph(traced.graph(), traced.name()));
    List<Argument> arguments = lowered.arguments();
    Map<String, String> byNode =
        traced.arguments().stream()
            .collect(Collectors.toMap(TracedStep.Argument::node, TracedStep.Argument::name));
    List<String> names =
        arguments.stream().map(each -> Objects.requireNonNull(byNode.get(each.name()))).toList();
    long renewed = arguments.stream().filter(each -> each.result().isPresent()).count();
    int results = traced.results().size();
    if (lowered.results() != results + renewed) {
      throw new IllegalStateException(
          "AcceleratorStep: program %s must have %d results and %d new values (got %d in all)"
              .formatted(traced.name(), results, renewed, lowered.results()));
    }
    return new DeviceProgram(
        place.device(), place.device().load(lowered), arguments, names, results);
  }

  /**
   * Runs it.
   *
   * @param state what stays on the device, by name; new values replace old ones
   * @param fed all else, by name
   * @return the results as they lie in the host's memory
   */
  List<ByteBuffer> run(Map<String, DeviceTensor> state, Map<String, Tensor> fed) {
    List<DeviceTensor> copied = new ArrayList<>();
    try {
      List<DeviceTensor> values = new ArrayList<>();
      for (String name : names) {
        DeviceTensor value = state.get(name);
        if (value == null) {
          value = copy(device, Objects.requireNonNull(fed.get(name), name));
          copied.add(value);
        }
        values.add(value);
      }
      List<DeviceTensor> given = loaded.run(values);
      renew(state, given);
      copied.addAll(given.subList(0, results));
      return device.toHost(given.subList(0, results)).stream()
          .map(bytes -> ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()))
          .toList();
    } finally {
      copied.forEach(DeviceTensor::close);
    }
  }

  private void renew(Map<String, DeviceTensor> state, List<DeviceTensor> given) {
    for (int i = 0; i < names.size(); i++) {
      if (arguments.get(i).result().isPresent()) {
        DeviceTensor now = given.get(arguments.get(i).result().getAsInt());
        Objects.requireNonNull(state.put(names.get(i), now)).close();
      }
    }
  }

  /** Copies a tensor of the host to a device. */
  static DeviceTensor copy(Accelerator device, Tensor tensor) {
    Require.that(
        tensor.numBytes() <= Integer.MAX_VALUE,
        "Accelerator: a tensor must be below 2 GiB to be copied to a device; this one has the shape "
            + tensor.shape(),
        tensor.numBytes() + " bytes");
    byte[] bytes = new byte[(int) tensor.numBytes()];
    tensor.asRawTensor().data().read(bytes);
    List<Long> shape = tensor.shape().toListOrNull();
    return device.copy(xlaType(tensor), Objects.requireNonNull(shape), bytes);
  }

  /** The number in {@code xla.PrimitiveType}. */
  private static int xlaType(Tensor tensor) {
    return switch (tensor.dataType()) {
      case DT_BOOL -> 1;
      case DT_INT8 -> 2;
      case DT_INT16 -> 3;
      case DT_INT32 -> 4;
      case DT_INT64 -> 5;
      case DT_UINT8 -> 6;
      case DT_UINT16 -> 7;
      case DT_HALF -> 10;
      case DT_FLOAT -> 11;
      case DT_DOUBLE -> 12;
      case DT_BFLOAT16 -> 16;
      default -> throw new IllegalStateException("no device has " + tensor.dataType());
    };
  }

  @Override
  public void close() {
    loaded.close();
  }
}
