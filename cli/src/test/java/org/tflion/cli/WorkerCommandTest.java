package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker that starts is in the drills; these never listen. */
class WorkerCommandTest {

  private final StringWriter err = new StringWriter();

  private int tflion(String... arguments) {
    return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
  }

  @ParameterizedTest
  @CsvSource({
    "'worker --listen 0.0.0.0:7001', unless --insecure-network is given",
    "'worker --listen 192.0.2.1:7001', whoever reaches the port",
    "'worker --listen 127.0.0.1', '--listen must be HOST:PORT'",
    "'worker --listen 127.0.0.1:0', '--listen must have a port from 1 to 65535 (got 0)'",
    "'worker --listen 127.0.0.1:7001 --threads -1', '--threads must be 0'",
    "'bench shard --workers 3', --workers must each be a divisor of 16",
    "'train --workers a', shard.workers must each be HOST:PORT",
    "'train --set shard.mesh=fsdp=3', train.batch must be a multiple of the 3 devices",
    "'train --set shard.zero=2', shard.zero must be 1 or 3",
  })
  void refusesInOneSentence(String arguments, String sentence) {
    assertThat(tflion(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith("tflion: ").contains(sentence);
  }
}
