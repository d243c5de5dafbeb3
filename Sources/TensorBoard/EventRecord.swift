/// The records of an event file, each ready to be appended by one write. TensorBoard reads files whose names
/// hold `tfevents`, in the directory that is the run; PyTorch calls them `events.out.tfevents.SECONDS.HOST.…`
///
/// The fields are those of `Event` in TensorFlow's `core/util/event.proto`; their numbers here and in
/// `SummaryValue` were compared with the package tensorboard 2.21.0.
package enum EventRecord {
    /// The first record of every file. In a file without it TensorBoard takes a step lower than that of the
    /// record before for a restart, and drops later steps of the same tags (`plugin_event_accumulator.py`).
    ///
    /// - Parameter wallTime: seconds since 1970.
    package static func fileVersion(wallTime: Double) -> [UInt8] {
        record(wallTime: wallTime) { $0.string(3, "brain.Event:2") }
    }

    /// One record of some values, each of a tag of its own.
    ///
    /// - Parameters:
    ///   - step: where on the axis the values stand: an optimizer's step, or an epoch.
    ///   - wallTime: seconds since 1970.
    package static func values(_ values: [SummaryValue], step: Int, wallTime: Double) -> [UInt8] {
        record(wallTime: wallTime) { event in
            event.integer(2, unlessZero: step)
            event.message(5) { summary in
                for value in values { summary.message(1, value.write) }
            }
        }
    }

    private static func record(wallTime: Double, _ fields: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var event = ProtobufWriter()
        event.double(1, unlessZero: wallTime)
        fields(&event)
        return RecordFraming.frame(event.bytes)
    }
}
