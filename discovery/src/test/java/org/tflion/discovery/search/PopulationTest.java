package org.tflion.discovery.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tflion.discovery.mutate.Child;
import org.tflion.discovery.program.PaperProgram;

class PopulationTest {

  private static final Child CHILD = Child.of(PaperProgram.LION.program());

  @Test
  void tournamentsAreWonByTheFittestDrawn() {
    var population = new Population(10, new Candidate(CHILD, 0));
    for (int i = 1; i <= 10; i++) {
      population.add(new Candidate(CHILD, i));
    }
    var random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < 1_000; i++) {
      sum += population.tournament(2, random).fitness();
    }
    assertThat(population.tournament(500, random).fitness()).isEqualTo(10);
    // The better of two uniform draws from 1 to 10 is 7.15 on average; four errors are 0.3.
    assertThat(sum / 1_000).isBetween(6.85, 7.45);
  }

  @Test
  void theOldestLeavesHoweverFit() {
    var population = new Population(3, new Candidate(CHILD, 100));
    for (int i = 0; i < 3; i++) {
      population.add(new Candidate(CHILD, i));
    }
    assertThat(population.tournament(500, new SplittableRandom(2)).fitness()).isEqualTo(2);
    population.restart(new Candidate(CHILD, 7));
    assertThat(population.tournament(1, new SplittableRandom(3)).fitness()).isEqualTo(7);
  }
}
