using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>INetFwRule2 of netfw.h, in its order. None of it is called.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(BStrStringMarshaller))]
[Guid("9C27C8DA-189B-4DDE-89F7-8B39A316782C")]
internal unsafe partial interface INetFwRule2 : INetFwRule
{
    void GetEdgeTraversalOptions();

    void PutEdgeTraversalOptions();
}
