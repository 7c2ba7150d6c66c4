package org.tflion.tpu.remote;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorflow.proto.DeviceAttributes;
import org.tflion.tpu.Require;
import org.tflion.tpu.rpc.Connection;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.Method;
import org.tflion.tpu.rpc.RpcException;
import org.tflion.tpu.wire.GetStatusRequest;
import org.tflion.tpu.wire.GetStatusResponse;
import org.tflion.tpu.wire.ProfileRequest;
import org.tflion.tpu.wire.ProfileResponse;
import org.tflion.tpu.wire.ProfileToolData;

/** One TensorFlow worker, asked about itself. */
public final class Worker implements AutoCloseable {

  private static final Method<GetStatusResponse> STATUS =
      new Method<>(
          "tensorflow.WorkerService/GetStatus", GetStatusResponse.getDefaultInstance(), true);
  private static final Method<ProfileResponse> PROFILE =
      new Method<>(
          "tensorflow.ProfilerService/Profile", ProfileResponse.getDefaultInstance(), false);

  private final Connection connection;
  private final Duration slack;

  private Worker(Connection connection, Duration slack) {
    this.connection = connection;
    this.slack = slack;
  }

  /**
   * Prepares a client without contacting the worker.
   *
   * @param address {@code host:port}; a TPU worker profiles at port 8466
   */
  public static Worker open(String address, Limits limits) {
    return new Worker(Connection.open(address, limits), limits.deadline());
  }

  /**
   * Returns the worker's devices.
   *
   * @throws RpcException if the worker cannot be reached
   * @throws InterruptedException if the thread is interrupted
   */
  public List<DeviceAttributes> devices() throws RpcException, InterruptedException {
    GetStatusResponse response = connection.call(STATUS, GetStatusRequest.getDefaultInstance());
    return Payload.parseAll(DeviceAttributes.parser(), response.getDeviceAttributesList());
  }

  /**
   * A profile of a worker.
   *
   * @param tools files by name, as the worker's profiling tools wrote them
   * @param space a serialized {@code XSpace} with the raw events; empty if the worker did nothing
   */
  public record Profile(Map<String, ByteString> tools, ByteString space) {

    /** Returns whether the worker did nothing that it can show. */
    public boolean isEmpty() {
      return tools.isEmpty() && space.isEmpty();
    }
  }

  /**
   * Watches the worker for a while. TensorFlow's server also writes {@code .xplane.pb} into its own
   * working directory.
   *
   * @param duration how long; above zero
   * @throws RpcException if the worker cannot be reached or does not profile
   */
  public Profile profile(Duration duration) throws RpcException {
    Require.that(duration.toMillis() > 0, "Worker: duration must be above zero", duration);
    var request = ProfileRequest.newBuilder().setDurationMs(duration.toMillis()).build();
    ProfileResponse response = connection.call(PROFILE, request, duration.plus(slack));
    return new Profile(
        response.getToolDataList().stream()
            .collect(Collectors.toMap(ProfileToolData::getName, ProfileToolData::getData)),
        response.getSpace());
  }

  @Override
  public void close() {
    connection.close();
  }
}
