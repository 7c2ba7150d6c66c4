package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class PrefetchTest {

  /** One row of the number of the step. */
  private static Batch batch(long step) {
    return new TextRows(1, 2).batch(new int[] {(int) step, 0}, null);
  }

  private record Source(LongFunction<Batch> made) implements Batches {
    @Override
    public Batch at(long step) {
      return made.apply(step);
    }

    @Override
    public BatchShape shape() {
      return new TextRows(1, 2).shape(false);
    }

    @Override
    public int perRow() {
      return 1;
    }

    @Override
    public long waited() {
      return 0;
    }
  }

  @Test
  void givesTheSameBatchesInAnyOrder() {
    try (Prefetch prefetch = new Prefetch(new Source(PrefetchTest::batch), 3)) {
      for (long step : new long[] {0, 1, 2, 3, 4, 3, 3, 9, 10, 12, 0, 1, -5, -4}) {
        assertThat(prefetch.at(step).ints("tokens")[0]).isEqualTo((int) step);
      }
      assertThat(prefetch.perRow()).isEqualTo(1);
      assertThat(prefetch.waited()).isPositive();
    }
  }

  @Test
  void worksAheadOnAnotherThreadAndNoFurtherThanItMay() throws InterruptedException {
    List<Long> made = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch fourth = new CountDownLatch(4);
    AtomicInteger here = new AtomicInteger();
    Thread main = Thread.currentThread();
    Source source =
        new Source(
            step -> {
              here.addAndGet(Thread.currentThread() == main ? 1 : 0);
              made.add(step);
              fourth.countDown();
              return batch(step);
            });
    try (Prefetch prefetch = new Prefetch(source, 3)) {
      prefetch.at(10);
      fourth.await();
      assertThat(made).containsExactly(10L, 11L, 12L, 13L);
      prefetch.at(11);
      prefetch.at(12);
    }
    assertThat(made).doesNotHaveDuplicates();
    assertThat(here).hasValue(0);
  }

  @Test
  void aFailureSurfacesAtItsStepAndTheOthersStand() {
    Source source =
        new Source(
            step -> {
              if (step == 2) {
                throw new IllegalArgumentException("step 2");
              }
              if (step == 4) {
                throw new OutOfMemoryError("step 4");
              }
              return batch(step);
            });
    try (Prefetch prefetch = new Prefetch(source, 4)) {
      prefetch.at(0);
      prefetch.at(1);
      assertThatIllegalArgumentException().isThrownBy(() -> prefetch.at(2)).withMessage("step 2");
      assertThat(prefetch.at(3).ints("tokens")[0]).isEqualTo(3);
      assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> prefetch.at(4));
      assertThat(prefetch.at(5).ints("tokens")[0]).isEqualTo(5);
    }
  }

  @Test
  void closingGivesUpWhatIsBeingMade() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Source source =
        new Source(
            step -> {
              if (step == 1) {
                begun.countDown();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  interrupted.countDown();
                }
              }
              return batch(step);
            });
    try (Prefetch prefetch = new Prefetch(source, 1)) {
      prefetch.at(0);
      begun.await();
    }
    interrupted.await();
  }

  @Test
  void refusesToWorkNoStepAhead() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Prefetch(new Source(PrefetchTest::batch), 0));
  }
}
