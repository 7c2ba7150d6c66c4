package org.tflion.tpu.rpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A gRPC server on a free port of this machine that answers single methods. */
public final class FakeServer implements AutoCloseable {

  private final Map<String, ServerServiceDefinition.Builder> services = new HashMap<>();
  private @Nullable Server server;

  /** Answers a method; a {@link io.grpc.StatusRuntimeException} fails the call. */
  public <Q extends Message, R extends Message> FakeServer answer(
      Method<R> method, Q request, Function<Q, R> body) {
    MethodDescriptor<Q, R> descriptor =
        MethodDescriptor.<Q, R>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method.name())
            .setRequestMarshaller(ProtoUtils.marshaller(request))
            .setResponseMarshaller(ProtoUtils.marshaller(method.response()))
            .build();
    ServerCalls.UnaryMethod<Q, R> call =
        (question, answer) -> {
          try {
            answer.onNext(body.apply(question));
            answer.onCompleted();
          } catch (RuntimeException e) {
            answer.onError(e);
          }
        };
    String service = method.name().replaceFirst("/.*", "");
    services
        .computeIfAbsent(service, ServerServiceDefinition::builder)
        .addMethod(descriptor, ServerCalls.asyncUnaryCall(call));
    return this;
  }

  /** Starts on a port, or on a free one for 0. */
  public FakeServer start(int port) throws IOException {
    var builder = Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create());
    services.values().forEach(service -> builder.addService(service.build()));
    server = builder.build().start();
    return this;
  }

  public int port() {
    return requireNonNull(server).getPort();
  }

  public String address() {
    return "localhost:" + port();
  }

  @Override
  public void close() {
    if (server != null) {
      server.shutdownNow();
    }
  }
}
