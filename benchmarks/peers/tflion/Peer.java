import org.tflion.cli.bench.UpdateSession;
import org.tflion.optim.AdamWConfig;
import org.tflion.optim.AdamWRule;
import org.tflion.optim.LionConfig;
import org.tflion.optim.LionRule;
import org.tflion.optim.Rule;

/** Lion and AdamW of this project, compiled by XLA as they ship. */
final class Peer {

  private Peer() {}

  public static void main(String[] arguments) {
    time("tf-lion Lion", new LionRule(LionConfig.of(1e-4).withWeightDecay(0.1)));
    time("tf-lion AdamW", new AdamWRule(AdamWConfig.of(1e-3).withWeightDecay(0.01)));
  }

  private static void time(String name, Rule rule) {
    try (UpdateSession session = new UpdateSession(rule, true, Clock.PARAMETERS, 1)) {
      Clock.time(name, session::run);
    }
  }
}
