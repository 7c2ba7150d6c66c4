package org.tflion.tpu.remote;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DeviceAttributes;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NamedTensorProto;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.TensorProto;
import org.tflion.tpu.rpc.Connection;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.Method;
import org.tflion.tpu.rpc.RpcException;
import org.tflion.tpu.wire.CloseSessionRequest;
import org.tflion.tpu.wire.CloseSessionResponse;
import org.tflion.tpu.wire.CreateSessionRequest;
import org.tflion.tpu.wire.CreateSessionResponse;
import org.tflion.tpu.wire.ListDevicesRequest;
import org.tflion.tpu.wire.ListDevicesResponse;
import org.tflion.tpu.wire.RunStepRequest;
import org.tflion.tpu.wire.RunStepResponse;

/**
 * A graph on TensorFlow workers, driven over gRPC through the worker that acts as master.
 *
 * <p>The graph's device names spread it over the workers of the cluster. Variables live in the
 * workers under their shared names and survive the session; {@link #close} ends only the session. A
 * graph of more than 2 GB does not fit into a message.
 *
 * <p><b>Failures.</b> Opening and listing devices is tried again while the master cannot be
 * reached; a step never is, because it may have changed variables. The workers' gRPC is neither
 * encrypted nor authenticated.
 */
public final class RemoteSession implements AutoCloseable {

  private static final String MASTER = "tensorflow.MasterService/";
  private static final Method<CreateSessionResponse> CREATE =
      new Method<>(MASTER + "CreateSession", CreateSessionResponse.getDefaultInstance(), true);
  private static final Method<RunStepResponse> RUN =
      new Method<>(MASTER + "RunStep", RunStepResponse.getDefaultInstance(), false);
  private static final Method<ListDevicesResponse> LIST =
      new Method<>(MASTER + "ListDevices", ListDevicesResponse.getDefaultInstance(), true);
  private static final Method<CloseSessionResponse> CLOSE =
      new Method<>(MASTER + "CloseSession", CloseSessionResponse.getDefaultInstance(), true);

  private final Connection connection;
  private final Limits limits;
  private final String handle;

  private RemoteSession(Connection connection, Limits limits, String handle) {
    this.connection = connection;
    this.limits = limits;
    this.handle = handle;
  }

  /**
   * Opens a session.
   *
   * @param address {@code host:port} of the worker that acts as master, 8470 on a TPU worker
   * @throws RpcException if the master cannot be reached or refuses the graph
   * @throws InterruptedException if the thread is interrupted
   */
  public static RemoteSession open(
      String address, GraphDef graph, ConfigProto config, Limits limits)
      throws RpcException, InterruptedException {
    Connection connection = Connection.open(address, limits);
    try {
      var request =
          CreateSessionRequest.newBuilder()
              .setGraphDef(graph.toByteString())
              .setConfig(config.toByteString())
              .build();
      String handle = connection.call(CREATE, request).getSessionHandle();
      return new RemoteSession(connection, limits, handle);
    } catch (RpcException | InterruptedException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Runs one step.
   *
   * @param deadline bound on the whole step, transfer included
   * @throws RpcException if a worker fails the step or cannot be reached; the variables may or may
   *     not have changed
   */
  public StepResult run(Step step, Duration deadline) throws RpcException {
    RunStepRequest.Builder request =
        RunStepRequest.newBuilder()
            .setSessionHandle(handle)
            .addAllFetch(step.fetches())
            .addAllTarget(step.targets())
            .setOptions(step.options().toByteString());
    step.feeds().forEach((name, value) -> request.addFeed(named(name, value)));
    RunStepResponse response = connection.call(RUN, request.build(), deadline);
    Map<String, TensorProto> tensors = new LinkedHashMap<>();
    for (var tensor : Payload.parseAll(NamedTensorProto.parser(), response.getTensorList())) {
      tensors.put(tensor.getName(), tensor.getTensor());
    }
    return new StepResult(tensors, Payload.parse(RunMetadata.parser(), response.getMetadata()));
  }

  private static ByteString named(String name, TensorProto value) {
    return NamedTensorProto.newBuilder().setName(name).setTensor(value).build().toByteString();
  }

  /**
   * Returns the devices of all workers.
   *
   * @throws RpcException if the master cannot be reached
   * @throws InterruptedException if the thread is interrupted
   */
  public List<DeviceAttributes> devices() throws RpcException, InterruptedException {
    var request = ListDevicesRequest.newBuilder().setSessionHandle(handle).build();
    ListDevicesResponse response = connection.call(LIST, request);
    List<ByteString> all = new ArrayList<>(response.getLocalDeviceList());
    all.addAll(response.getRemoteDeviceList());
    return Payload.parseAll(DeviceAttributes.parser(), all);
  }

  /**
   * Ends the session at the master and closes the connection.
   *
   * @throws RpcException if the master cannot be reached; the connection is closed even so
   */
  @Override
  public void close() throws RpcException {
    try (connection) {
      var request = CloseSessionRequest.newBuilder().setSessionHandle(handle).build();
      connection.call(CLOSE, request, limits.deadline());
    }
  }
}
