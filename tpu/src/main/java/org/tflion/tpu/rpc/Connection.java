package org.tflion.tpu.rpc;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.tflion.tpu.Require;
import org.tflion.tpu.StatusCode;

/**
 * A plaintext HTTP/2 connection to one gRPC server; it connects on the first call and again after
 * the server came back. Whoever can reach such a server can use it: keep it inside a trusted
 * network.
 *
 * <p><b>Threads.</b> Safe for use by several threads.
 */
public final class Connection implements AutoCloseable {

  private final String address;
  private final Limits limits;
  private final ManagedChannel channel;

  private Connection(String address, Limits limits) {
    this.address = address;
    this.limits = limits;
    this.channel =
        Grpc.newChannelBuilder("dns:///" + address, InsecureChannelCredentials.create())
            .maxInboundMessageSize(limits.maxMessageBytes())
            .proxyDetector(server -> null) // these servers stand in the same network
            .build();
  }

  /**
   * Prepares a connection without contacting the server.
   *
   * @param address {@code host:port}
   */
  public static Connection open(String address, Limits limits) {
    Require.that(
        address.matches("[^:/\\s]+:\\d{1,5}|\\[[0-9a-fA-F:]+]:\\d{1,5}"),
        "Connection: the address must be host:port",
        address);
    return new Connection(address, limits);
  }

  /**
   * Calls a method within the deadline of the limits; a repeatable one again, with growing pauses,
   * while the server cannot be reached.
   *
   * @throws RpcException if the last attempt fails
   * @throws InterruptedException if the thread is interrupted during a pause
   */
  public <R extends Message> R call(Method<R> method, Message request)
      throws RpcException, InterruptedException {
    Duration pause = limits.firstPause();
    for (int attempt = 1; ; attempt++) {
      try {
        return call(method, request, limits.deadline());
      } catch (RpcException e) {
        boolean again = method.repeatable() && e.code() == StatusCode.UNAVAILABLE;
        if (!again || attempt == limits.attempts()) {
          throw e;
        }
      }
      pause(pause);
      pause = pause.multipliedBy(2);
    }
  }

  /**
   * Calls a method once.
   *
   * @throws RpcException if the server refuses or fails the call, or the deadline passes
   */
  public <R extends Message> R call(Method<R> method, Message request, Duration deadline)
      throws RpcException {
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return unary(channel, method, request, options);
    } catch (StatusRuntimeException e) {
      StatusCode code = StatusCode.of(e.getStatus().getCode().value());
      String text = e.getStatus().getDescription();
      throw new RpcException(code, method.name() + " at " + address + ": " + code + ", " + text, e);
    }
  }

  private static <Q extends Message, R extends Message> R unary(
      Channel channel, Method<R> method, Q request, CallOptions options) {
    @SuppressWarnings("unchecked") // the default instance of a message has the message's own type
    Q empty = (Q) request.getDefaultInstanceForType();
    MethodDescriptor<Q, R> descriptor =
        MethodDescriptor.<Q, R>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method.name())
            .setRequestMarshaller(ProtoUtils.marshaller(empty))
            .setResponseMarshaller(ProtoUtils.marshaller(method.response()))
            .build();
    return ClientCalls.blockingUnaryCall(channel, descriptor, options, request);
  }

  private static void pause(Duration length) throws InterruptedException {
    var timer = CompletableFuture.delayedExecutor(length.toNanos(), TimeUnit.NANOSECONDS);
    try {
      CompletableFuture.runAsync(() -> {}, timer).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Connection: a pause cannot fail", e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
