import Protobuf

/// The records of a TensorBoard event file, each ready to be appended by one write.
///
/// TensorBoard reads all files in a run's directory whose names contain `tfevents`; PyTorch names them
/// `events.out.tfevents.SECONDS.HOST.…`. The fields are defined by `Event` in TensorFlow's `core/util/event.proto`;
/// their numbers here and in `SummaryValue` were compared with the package tensorboard 2.21.0.
package enum EventRecord {
    /// Returns the first record of every file. In a file without it, TensorBoard interprets a step lower than the
    /// previous step as a restart, and drops later steps of the same tags (`plugin_event_accumulator.py`).
    ///
    /// - Parameter wallTime: Seconds since 1970.
    package static func fileVersion(wallTime: Double) -> [UInt8] {
        record(wallTime: wallTime) { $0.string(3, "brain.Event:2") }
    }

    /// Returns a record of values, each with a different tag.
    ///
    /// - Parameters:
    ///   - values: The values.
    ///   - step: The number of the optimizer step or of the epoch, for the axis.
    ///   - wallTime: Seconds since 1970.
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
