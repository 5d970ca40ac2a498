package dev.heed.stack;

import java.util.ArrayList;
import java.util.List;

/**
 * One running copy of a service.
 *
 * @param number from 1
 */
record Replica(ServiceSpec service, int number) {

  /** The program's name: the service's, with a number from the second copy on. */
  String name() {
    return number == 1 ? service.module() : service.module() + "-" + number;
  }

  /** What a stack runs; learning-service once, as its offsets lie inside its one data set. */
  static List<Replica> all(int replicas) {
    List<Replica> all = new ArrayList<>();
    for (int number = 1; number <= replicas; number++) {
      for (ServiceSpec service : ServiceSpec.values()) {
        if (number == 1 || service != ServiceSpec.LEARNING) {
          all.add(new Replica(service, number));
        }
      }
    }
    return List.copyOf(all);
  }

  /** The copies of one service. */
  static List<Replica> of(ServiceSpec service, int replicas) {
    return all(replicas).stream().filter(replica -> replica.service() == service).toList();
  }
}
