package dev.heed.feedback.review;

import dev.heed.schemas.events.ReviewTask;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The questions of the last days, by item; a view of {@code review.tasks}. Bounded. */
@ApplicationScoped
public class Tasks {

  private static final int MOST = 5000;

  private final Map<String, ReviewTask> byItem =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ReviewTask> eldest) {
          return size() > MOST;
        }
      };

  /** Takes up a question; answers, which are for trust-service, change nothing. */
  public synchronized void add(ReviewTask task) {
    if (task.getAnswer() == null) {
      byItem.put(task.getItemId(), task);
    }
  }

  /** A question by its id. */
  synchronized Optional<ReviewTask> byId(String taskId) {
    return byItem.values().stream().filter(t -> t.getTaskId().equals(taskId)).findFirst();
  }

  /** All questions, the most informative first. */
  synchronized List<ReviewTask> all() {
    List<ReviewTask> all = new ArrayList<>(byItem.values());
    all.sort(Comparator.comparingDouble((ReviewTask t) -> -t.getExpectedGain()));
    return all;
  }
}
