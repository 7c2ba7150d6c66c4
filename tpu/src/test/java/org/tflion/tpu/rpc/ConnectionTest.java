package org.tflion.tpu.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.tpu.StatusCode;

@Timeout(60)
class ConnectionTest {

  private static final StringValue EMPTY = StringValue.getDefaultInstance();
  private static final Method<StringValue> ECHO = new Method<>("test.Service/Echo", EMPTY, true);
  private static final Method<StringValue> STEP = new Method<>("test.Service/Step", EMPTY, false);
  private static final Limits QUICK =
      new Limits(Duration.ofSeconds(10), 5, Duration.ofMillis(1), 1000);

  private final AtomicInteger calls = new AtomicInteger();

  private StringValue unavailableTwice(StringValue question) {
    if (calls.incrementAndGet() <= 2) {
      throw Status.UNAVAILABLE.withDescription("starting up").asRuntimeException();
    }
    return question;
  }

  @Test
  void repeatsACallUntilTheServerIsThere() throws Exception {
    try (FakeServer server = new FakeServer().answer(ECHO, EMPTY, this::unavailableTwice).start(0);
        Connection connection = Connection.open(server.address(), QUICK)) {
      assertThat(connection.call(ECHO, StringValue.of("lion"))).isEqualTo(StringValue.of("lion"));
      assertThat(calls).hasValue(3);
    }
  }

  @Test
  void neverRepeatsACallThatMayHaveHadAnEffect() throws Exception {
    try (FakeServer server = new FakeServer().answer(STEP, EMPTY, this::unavailableTwice).start(0);
        Connection connection = Connection.open(server.address(), QUICK)) {
      assertThatThrownBy(() -> connection.call(STEP, EMPTY))
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(StatusCode.UNAVAILABLE))
          .hasMessage("test.Service/Step at " + server.address() + ": UNAVAILABLE, starting up");
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void givesUpAfterTheLastAttempt() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (Connection connection = Connection.open("localhost:" + port, QUICK)) {
      assertThatThrownBy(() -> connection.call(ECHO, EMPTY))
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(StatusCode.UNAVAILABLE));
    }
  }

  @Test
  void doesNotRepeatARefusal() throws Exception {
    try (FakeServer server =
            new FakeServer()
                .answer(
                    ECHO,
                    EMPTY,
                    question -> {
                      calls.incrementAndGet();
                      throw Status.INVALID_ARGUMENT.withDescription("no").asRuntimeException();
                    })
                .start(0);
        Connection connection = Connection.open(server.address(), QUICK)) {
      assertThatThrownBy(() -> connection.call(ECHO, EMPTY)).hasMessageEndingWith("no");
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void waitsNoLongerThanTheDeadline() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    try (FakeServer server =
            new FakeServer().answer(ECHO, EMPTY, question -> awaitQuietly(done)).start(0);
        Connection connection = Connection.open(server.address(), QUICK)) {
      assertThatThrownBy(() -> connection.call(ECHO, EMPTY, Duration.ofMillis(100)))
          .isInstanceOfSatisfying(
              RpcException.class,
              e -> assertThat(e.code()).isEqualTo(StatusCode.DEADLINE_EXCEEDED));
      done.countDown();
    }
  }

  private static StringValue awaitQuietly(CountDownLatch done) {
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return EMPTY;
  }

  @Test
  void refusesMessagesBeyondTheLimit() throws Exception {
    try (FakeServer server = new FakeServer().answer(ECHO, EMPTY, question -> question).start(0);
        Connection connection = Connection.open(server.address(), QUICK)) {
      assertThat(connection.call(ECHO, StringValue.of("a".repeat(900))).getValue()).hasSize(900);
      assertThatThrownBy(() -> connection.call(ECHO, StringValue.of("a".repeat(1100))))
          .isInstanceOfSatisfying(
              RpcException.class,
              e -> assertThat(e.code()).isEqualTo(StatusCode.RESOURCE_EXHAUSTED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "localhost:", ":80", "a b:80", "http://a:80"})
  void refusesAddressesWithoutAPort(String address) {
    assertThatThrownBy(() -> Connection.open(address, QUICK))
        .hasMessage("Connection: the address must be host:port (got " + address + ")");
  }

  @Test
  void refusesLimitsThatNeverEnd() {
    assertThatThrownBy(() -> new Limits(Duration.ZERO, 1, Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Limits(Duration.ofSeconds(1), 0, Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
