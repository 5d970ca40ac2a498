package dev.heed.trust.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StandingTest {

  @Test
  void peopleAreCountedByStandingAndDoubtedGroupsOnlyWhenTheyAreGroups() {
    // Given: bins of .1 each; a ring of six, a loner, and six who are right
    long[] reliability = {1, 0, 0, 2, 3, 4, 0, 5, 0, 6};
    var cohorts =
        Map.of(
            "ring", new Summary.Cohort(6, 6 * .3, List.of()),
            "loner", new Summary.Cohort(1, .1, List.of()),
            "office", new Summary.Cohort(6, 6 * .8, List.of()));
    AtomicInteger looks = new AtomicInteger();
    Standing standing =
        new Standing(
            () -> {
              looks.incrementAndGet();
              return new Summary(
                  true,
                  21,
                  reliability,
                  Map.of(),
                  Map.of(),
                  List.of(),
                  List.of(),
                  cohorts,
                  Map.of());
            });
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    // When
    standing.register(registry);
    // Then
    assertEquals(6, people(registry, "doubted"));
    assertEquals(4, people(registry, "unsure"));
    assertEquals(11, people(registry, "trusted"));
    assertEquals(1, registry.get("heed_trust_doubted_groups").gauge().value());
    assertEquals(1, looks.get(), "the stores are not looked through for each meter");
  }

  private static double people(SimpleMeterRegistry registry, String standing) {
    return registry.get("heed_trust_people").tag("standing", standing).gauge().value();
  }
}
