import Glibc

/// The functions of libpq, PostgreSQL's client library, found at run time (https://www.postgresql.org/docs/15/libpq.html).
@unsafe
struct LibPQ: Sendable {
  /// A connection, `PGconn *`.
  typealias Connection = OpaquePointer
  /// A result, `PGresult *`.
  typealias Result = OpaquePointer
  /// A C string.
  typealias Text = UnsafePointer<CChar>

  typealias Connect =
    @convention(c) (UnsafePointer<Text?>, UnsafePointer<Text?>, Int32) -> Connection?
  typealias Status =
    @convention(c) (Connection) -> Int32
  typealias ConnectionMessage =
    @convention(c) (Connection) -> Text?
  typealias NoticeProcessor =
    @convention(c) (UnsafeMutableRawPointer?, Text?) -> Void
  typealias SetNoticeProcessor =
    @convention(c) (Connection, NoticeProcessor, UnsafeMutableRawPointer?) -> NoticeProcessor?
  typealias Finish =
    @convention(c) (Connection) -> Void
  typealias Execute =
    @convention(c) (Connection, Text) -> Result?
  typealias ExecuteWithParameters =
    @convention(c) (
      Connection, Text, Int32, UnsafePointer<UInt32>?, UnsafePointer<Text?>?, UnsafePointer<Int32>?,
      UnsafePointer<Int32>?, Int32
    ) -> Result?
  typealias ResultStatus =
    @convention(c) (Result?) -> Int32
  typealias ResultField =
    @convention(c) (Result?, Int32) -> Text?
  typealias Clear =
    @convention(c) (Result?) -> Void
  typealias RowCount =
    @convention(c) (Result) -> Int32
  typealias IsNull =
    @convention(c) (Result, Int32, Int32) -> Int32
  typealias Length =
    @convention(c) (Result, Int32, Int32) -> Int32
  typealias Value =
    @convention(c) (Result, Int32, Int32) -> UnsafeMutableRawPointer?
  typealias CommandTuples =
    @convention(c) (Result) -> Text?
  typealias PutCopyData =
    @convention(c) (Connection, Text, Int32) -> Int32
  typealias PutCopyEnd =
    @convention(c) (Connection, Text?) -> Int32
  typealias NextResult =
    @convention(c) (Connection) -> Result?

  /// `PQconnectdbParams`.
  let connect: Connect
  /// `PQstatus`.
  let status: Status
  /// `PQerrorMessage`.
  let connectionMessage: ConnectionMessage
  /// `PQsetNoticeProcessor`.
  let setNoticeProcessor: SetNoticeProcessor
  /// `PQfinish`.
  let finish: Finish
  /// `PQexec`.
  let execute: Execute
  /// `PQexecParams`.
  let executeWithParameters: ExecuteWithParameters
  /// `PQresultStatus`.
  let resultStatus: ResultStatus
  /// `PQresultErrorField`.
  let resultField: ResultField
  /// `PQclear`.
  let clear: Clear
  /// `PQntuples`.
  let rowCount: RowCount
  /// `PQgetisnull`.
  let isNull: IsNull
  /// `PQgetlength`.
  let length: Length
  /// `PQgetvalue`.
  let value: Value
  /// `PQcmdTuples`.
  let commandTuples: CommandTuples
  /// `PQputCopyData`.
  let putCopyData: PutCopyData
  /// `PQputCopyEnd`.
  let putCopyEnd: PutCopyEnd
  /// `PQgetResult`.
  let nextResult: NextResult

  /// The library of this machine; nil where it has none.
  static let installed: LibPQ? = unsafe LibPQ()

  private init?() {
    guard let handle = unsafe dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL),
      let connect = unsafe dlsym(handle, "PQconnectdbParams"),
      let status = unsafe dlsym(handle, "PQstatus"),
      let connectionMessage = unsafe dlsym(handle, "PQerrorMessage"),
      let setNoticeProcessor = unsafe dlsym(handle, "PQsetNoticeProcessor"),
      let finish = unsafe dlsym(handle, "PQfinish"),
      let execute = unsafe dlsym(handle, "PQexec"),
      let executeWithParameters = unsafe dlsym(handle, "PQexecParams"),
      let resultStatus = unsafe dlsym(handle, "PQresultStatus"),
      let resultField = unsafe dlsym(handle, "PQresultErrorField"),
      let clear = unsafe dlsym(handle, "PQclear"),
      let rowCount = unsafe dlsym(handle, "PQntuples"),
      let isNull = unsafe dlsym(handle, "PQgetisnull"),
      let length = unsafe dlsym(handle, "PQgetlength"),
      let value = unsafe dlsym(handle, "PQgetvalue"),
      let commandTuples = unsafe dlsym(handle, "PQcmdTuples"),
      let putCopyData = unsafe dlsym(handle, "PQputCopyData"),
      let putCopyEnd = unsafe dlsym(handle, "PQputCopyEnd"),
      let nextResult = unsafe dlsym(handle, "PQgetResult")
    else { return nil }
    unsafe self.connect = unsafeBitCast(connect, to: Connect.self)
    unsafe self.status = unsafeBitCast(status, to: Status.self)
    unsafe self.connectionMessage = unsafeBitCast(connectionMessage, to: ConnectionMessage.self)
    unsafe self.setNoticeProcessor = unsafeBitCast(setNoticeProcessor, to: SetNoticeProcessor.self)
    unsafe self.finish = unsafeBitCast(finish, to: Finish.self)
    unsafe self.execute = unsafeBitCast(execute, to: Execute.self)
    unsafe self.executeWithParameters = unsafeBitCast(
      executeWithParameters, to: ExecuteWithParameters.self)
    unsafe self.resultStatus = unsafeBitCast(resultStatus, to: ResultStatus.self)
    unsafe self.resultField = unsafeBitCast(resultField, to: ResultField.self)
    unsafe self.clear = unsafeBitCast(clear, to: Clear.self)
    unsafe self.rowCount = unsafeBitCast(rowCount, to: RowCount.self)
    unsafe self.isNull = unsafeBitCast(isNull, to: IsNull.self)
    unsafe self.length = unsafeBitCast(length, to: Length.self)
    unsafe self.value = unsafeBitCast(value, to: Value.self)
    unsafe self.commandTuples = unsafeBitCast(commandTuples, to: CommandTuples.self)
    unsafe self.putCopyData = unsafeBitCast(putCopyData, to: PutCopyData.self)
    unsafe self.putCopyEnd = unsafeBitCast(putCopyEnd, to: PutCopyEnd.self)
    unsafe self.nextResult = unsafeBitCast(nextResult, to: NextResult.self)
  }
}
