package org.tflion.discovery.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** A fixed number of candidates, of which the oldest makes room for each new one. */
final class Population {

  private final List<Candidate> members;
  private int oldest;

  Population(int size, Candidate first) {
    this.members = new ArrayList<>(Collections.nCopies(size, first));
  }

  /** The best of so many uniform draws, with replacement; the first drawn among equals. */
  Candidate tournament(int draws, RandomGenerator random) {
    Candidate best = members.get(random.nextInt(members.size()));
    for (int i = 1; i < draws; i++) {
      Candidate next = members.get(random.nextInt(members.size()));
      best = next.fitness() > best.fitness() ? next : best;
    }
    return best;
  }

  void add(Candidate candidate) {
    members.set(oldest, candidate);
    oldest = (oldest + 1) % members.size();
  }

  void restart(Candidate candidate) {
    Collections.fill(members, candidate);
  }

  /** The mean share of redundant statements, in [0, 1]. */
  double redundantShare() {
    double sum = 0;
    for (Candidate member : members) {
      sum += member.child().analysis().redundantShare();
    }
    return sum / members.size();
  }
}
