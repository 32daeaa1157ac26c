namespace Bouncer.Connections;

/// <summary>Logs what happens to the files of TLS settings, with the events of the package.</summary>
internal interface IConnectionLog
{
    /// <summary>Changed files cannot be used; the previous contents stay in use.</summary>
    /// <param name="error">What is wrong, with the path of the setting.</param>
    void KeepsFiles(string error);

    /// <summary>Changed files are used.</summary>
    /// <param name="section">The path of the settings.</param>
    void TakesFiles(string section);

    /// <summary>The client certificate is not valid now.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="from">The begin of its validity.</param>
    /// <param name="to">The end of its validity.</param>
    void CertificateNotValid(string file, DateTimeOffset from, DateTimeOffset to);
}
