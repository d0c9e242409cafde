package io.poolwright.status;

/**
 * Every reason that a condition or an event of ours can have. They are part of the API: {@code
 * docs/reasons.md} lists them, and a test compares.
 */
public enum Reason {
  /** A pool has all its nodes, and they take tasks. */
  Steady("Pool", "The pool has as many nodes as it is to have, and all of them take tasks."),
  /** A pool is growing or shrinking. */
  Resizing("Pool", "Nodes are being made, started or removed."),
  AutoScaled("Pool", "Only as an event: the formula gave the pool another size."),
  AutoScaleFailed(
      "Pool",
      "The formula could not be read or evaluated; the pool keeps its size. autoScaleRun.error says why."),
  ResizeStopped("Pool", "desiredAllocation is Stop: the pool stays as large as it is."),
  AllocationTimedout(
      "Pool",
      "resizeTimeout is over and the pool does not have its target; what had no machine is given up."),
  InvalidSetting(
      "Pool, Task, JobSchedule",
      "A value of the spec is out of its range, or not allowed here; the message says which."),
  QuotaExceeded(
      "Pool", "A ResourceQuota of the namespace has no room for another node; it is tried again."),
  PodSecurity("Pool", "The Pod Security level of the namespace does not allow the node pods."),
  PodRejected(
      "Pool, Task",
      "The API server refused a pod: Pod Security, a quota, an admission webhook, or a field that is not valid."),
  ListingFiles(
      "Job",
      "The objects are being listed that spec.taskFactory makes tasks of; a task for each follows."),
  FilesNotListed(
      "Job",
      "The objects that spec.taskFactory makes tasks of could not be listed, or their list cannot be read; the message says why, what to do, and whether it is tried again."),
  InvalidTaskFactory(
      "Job",
      "What spec.taskFactory makes is no task, or too many, or the list of its objects is gone; the message says where. Create another job."),
  InvalidRequest("Pool", "What was asked of a node by poolwright.io/request is not known."),
  LendRefused(
      "Pool",
      "reservation is Lend, and the API server does not let the requests of running pods change."),
  NetworkRefused(
      "Pool",
      "The API server refused the Service or the NetworkPolicy of the pool; no node is made before it takes it. It is tried again."),
  NoMachineLargeEnough(
      "Pool",
      "No machine of the cluster is as large as a node: not even an empty one has room for it."),
  NodesUnschedulable(
      "Pool",
      "No machine has room for a node of this size now, or none fits its selector, affinity and tolerations."),
  NodesQueued(
      "Pool",
      "Node pods wait in a queue, such as Kueue's: who set their scheduling gates takes them away when it is their turn."),
  NodesNotStarting(
      "Pool", "Node pods exist but do not start; the message says what the kubelet says."),
  StartTaskFailed(
      "Pool",
      "The start task failed on at least one node and waitForSuccess is true; that node takes no tasks."),
  StartTaskFilesFailed(
      "Pool",
      "A node could not bring in a file of startTask.resourceFiles; it is tried again on a new node."),
  PackageFailed(
      "Pool",
      "A node could not download, verify or unpack an application package; it is tried again on a new node."),
  PackageNotActive(
      "Pool, Task",
      "A version of an application package is not Active: it is being looked at, is not there yet, or is no package. The message says which."),
  PackageNotFound(
      "Pool, Task",
      "An application package, or the version of it, does not exist in the namespace."),
  RemoveNodesFailed(
      "Pool",
      "The API server does not let a node pod go: an admission policy, a webhook or missing rights. The message has its words; other nodes come and go, and it is tried again."),
  NodeLost("Pool", "A node pod ended although nobody asked it to; another takes its place."),
  NodeNotLabelled(
      "Pool",
      "Only as an event, once: a policy of the cluster forbids what node pods are to show. Tasks run; poolwright.io/state and the autoscalers' marks stay as they were."),
  NodeUnreachable(
      "Pool, Task",
      "The machine does not answer. What ran there counts as running until Kubernetes removes its pod, so that it never runs twice."),
  ImageMissing("Pool, Task", "Neither the task nor the pool names an image."),

  Active("Job", "The job takes tasks and runs them."),
  AutoPoolRefused(
      "Job",
      "The pool that autoPoolSpecification asks for cannot be made; status.executionInfo.schedulingError says why. A job that never had it is over."),
  PoolNotFound("Job, Task", "The pool does not exist. Nothing is lost: work starts when it does."),
  TasksStuck(
      "Job",
      "Some tasks cannot run until the user changes something; the others go on. The message names the first."),
  NameConflict(
      "Job, Pool, Task",
      "A name is taken: that of an inline task, of a pool's Service or NetworkPolicy, or a task's id."),
  TaskRefused(
      "Job",
      "The API server refused the Task of an inline task: an admission policy, a webhook or a quota. The message says which task, and why; the others go on, and it is tried again."),
  PreparationFailed(
      "Job, Task",
      "jobPreparationTask failed, or its pod was refused, on every node that could take tasks of the job, so that none can start; as an event, on one node."),
  ReleaseFailed(
      "Job", "Only as an event: jobReleaseTask failed on a node. The job completes all the same."),
  Disabling("Job", "The job is being disabled: its running tasks are dealt with first."),
  Disabled("Job, JobSchedule", "Nothing starts before it is enabled again."),
  Terminating("Job, JobSchedule", "It is ending: what runs is being stopped."),
  AllTasksComplete("Job", "All tasks are completed and the job ends with them."),
  JMComplete("Job", "jobManagerTask is completed, and the job ends with it."),
  NoDedicatedNode(
      "Task",
      "The job manager is not to run on a Spot node, and the pool is to have no other; resize it."),
  TaskFailed("Job", "A task failed, and its exit conditions end the job."),
  UserTerminate("Job, JobSchedule", "desiredState is Terminated."),
  MaxWallClockTimeExpiry("Job, Task", "The time that constraints.maxWallClockTime allows is over."),
  TasksFailed("Job", "The job is completed, and some of its tasks failed."),

  Scheduled("JobSchedule", "Jobs are made at their times; the message says when the next is."),
  JobMade("JobSchedule", "Only as an event: a job was made."),
  JobRefused(
      "JobSchedule", "The next job cannot be made; the message says why, and it is tried again."),
  StartMissed(
      "JobSchedule", "Only as an event: no job was made for a start, for startWindow was over."),
  ScheduleOver("JobSchedule", "The last job is over, and no other will be made."),

  WaitingForSlot(
      "Task",
      "The task waits until enough slots of a node are free. A free node may be kept for a task before it that needs a whole one, or several (a job manager, a multi-instance task, one of a higher priority)."),
  ParallelTasksLimited(
      "Task",
      "As many tasks of its job run as maxParallelTasks of the job lets run at once. It starts when fewer do; raise the limit to run more."),
  NotEnoughNodes(
      "Task",
      "numberOfInstances is more than the pool is to have nodes: the task would wait for ever. Resize the pool, or ask for fewer."),
  Coordinating(
      "Task",
      "A multi-instance task has its nodes, and the coordination command has not returned on all of them yet; the message names them."),
  WaitingForPreparation(
      "Task", "The task has a node, which runs jobPreparationTask of the job first."),
  JobNotFound("Task", "The job that spec.jobId names does not exist."),
  JobDisabled("Task", "The job is disabled; the task waits until it is enabled."),
  WaitingForDependencies("Task", "Tasks that it depends on are not over, or do not exist."),
  DependencyBlocked(
      "Task", "A task that it depends on failed in a way that lets no dependent run."),
  DependencyCycle("Task", "It depends on itself, by way of others perhaps."),
  TaskDependenciesNotSpecifiedOnJob(
      "Task", "It has dependsOn, and usesTaskDependencies of its job is false."),
  JobActionNotAllowed(
      "Task",
      "Its exitConditions have a jobAction, and onTaskFailure of its job is not PerformExitOptionsJobAction."),
  Reactivated("Task", "It had failed, and runs again because somebody asked for that."),
  NotReactivated(
      "Task", "Only as an event: it was asked to run again, but succeeded, or its job is over."),
  JobCompleted("Task", "The job is completed or terminating; the task will never run."),
  RequiredSlotsTooLarge(
      "Task", "The task needs more slots than a node of the pool has; it can never run."),
  ResourcesTooLarge(
      "Task",
      "The task asks in resources for more of something than a node of the pool has; it can never run."),
  InvalidCommandLine("Task, Pool", "commandLine cannot be split into words."),
  InvalidFilePath(
      "Task, Pool", "A filePath or an output pattern would leave the task's directory."),
  ReservedVariable("Task, Pool", "A variable of the user's begins with AZ_BATCH_ or POOLWRIGHT_."),
  Running("Task", "An attempt is staged in, running or staged out."),
  Starting(
      "Task", "An attempt has a pod that has not started; the message says what the kubelet says."),
  Retrying("Task", "The command failed and will be run again."),
  Disrupted(
      "Task",
      "An attempt ended through no fault of the task; it is run again and no retry is charged."),
  Preempted(
      "Task",
      "It was stopped for a task of a job with a higher priority, which the message names; it runs again when there is room, and no retry is charged."),
  LogsNotStored(
      "Task",
      "Only as an event: the command's output could not be stored. Its pod stays for a while; kubectl logs reads it."),
  Succeeded("Job, Task", "It ended well."),
  Failed("Task", "It ended, and not well; executionInfo.failureInfo says why."),

  Unreadable(
      "any", "The object cannot be read; the message says which field. Others are not affected."),
  VersionsActive("ApplicationPackage", "All versions were looked at and can be used."),
  VersionsPending(
      "ApplicationPackage",
      "Some versions are being looked at, or are not there yet; the message says why, and they are looked at again."),
  VersionsFailed(
      "ApplicationPackage",
      "Some versions cannot be used before somebody changes them; the message says why.");

  private final String kinds;
  private final String meaning;

  Reason(String kinds, String meaning) {
    this.kinds = kinds;
    this.meaning = meaning;
  }

  public String kinds() {
    return kinds;
  }

  public String meaning() {
    return meaning;
  }
}
